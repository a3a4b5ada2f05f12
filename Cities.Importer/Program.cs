using Cities.Importer;
using Cities.Importer.Progress;
using Cities.ServiceDefaults;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

return await CommandLine.InvokeAsync(args, async configuration =>
{
    HostApplicationBuilder builder;
    try
    {
        builder = ImporterHost.CreateBuilder(configuration);
    }
    catch (ImportException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return exception.ExitCode;
    }

    builder.AddServiceDefaults();
    builder.Services.AddSingleton<ImportRunner>();
    builder.Services.AddSingleton<ImportJobServer>();
    builder.Services.AddSingleton<ImportWorker>();
    builder.Services.AddHostedService(services => services.GetRequiredService<ImportWorker>());
    // Set in code, because Aspire configures another formatter for the projects that it starts.
    builder.Logging
        .AddConsole(console => console.FormatterName = LineFormatter.FormatterName)
        .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    var isTerminal = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    if (isTerminal)
    {
        // Log lines would corrupt the progress bar. Only warnings and errors are shown.
        builder.Logging.AddFilter("", LogLevel.Warning);
        builder.Services.AddSingleton<IImportProgress>(_ => new TerminalProgress(AnsiConsole.Console));
    }
    else
    {
        builder.Services.AddSingleton<IImportProgress, LogProgress>();
    }

    var host = builder.Build();
    var worker = host.Services.GetRequiredService<ImportWorker>();
    await host.RunToEndAsync();
    return worker.Result;
});

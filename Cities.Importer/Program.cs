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

    var isTerminal = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    if (isTerminal)
    {
        // Lines that the console logger writes would overwrite the progress bars.
        builder.Logging.ClearProviders().AddProvider(new TerminalLogger(AnsiConsole.Console));
        builder.Services.AddSingleton<IImportProgress>(_ => new TerminalProgress(AnsiConsole.Console));
    }
    else
    {
        // Set in code, because Aspire configures another formatter for the projects that it starts.
        builder.Logging
            .AddConsole(console => console.FormatterName = LineFormatter.FormatterName)
            .AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Services.AddSingleton<IImportProgress, LogProgress>();
    }

    builder.AddServiceDefaults();
    builder.Services.AddSingleton<ImportRunner>();
    builder.Services.AddSingleton<ImportJobServer>();
    builder.Services.AddSingleton<ImportWorker>();
    builder.Services.AddHostedService(services => services.GetRequiredService<ImportWorker>());
    var host = builder.Build();
    var worker = host.Services.GetRequiredService<ImportWorker>();
    await host.RunToEndAsync();
    return worker.Result;
});

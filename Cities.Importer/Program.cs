using Cities.Data;
using Cities.Importer;
using Cities.Importer.Progress;
using Cities.ServiceDefaults;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using Spectre.Console;

return await CommandLine.InvokeAsync(args, async configuration =>
{
    var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
    {
        ApplicationName = Telemetry.Name,
        ContentRootPath = AppContext.BaseDirectory,
    });
    builder.Configuration.AddInMemoryCollection(configuration);

    ImportOptions options;
    try
    {
        options = ImportOptions.Read(builder.Configuration);
    }
    catch (ImportException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return exception.ExitCode;
    }

    builder.AddServiceDefaults();
    builder.AddCitiesDbContext(WithoutRetries, ToPrimary);
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton<ImportRunner>();
    builder.Services.AddSingleton<RequestServer>();
    builder.Services.AddSingleton<ImportWorker>();
    builder.Services.AddHostedService(services => services.GetRequiredService<ImportWorker>());
    var isTerminal = AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
    if (isTerminal)
    {
        // A bar and log lines would draw over each other; what matters is a warning.
        builder.Logging.AddFilter("", LogLevel.Warning);
        builder.Services.AddSingleton<IImportProgress>(_ => new TerminalProgress(AnsiConsole.Console));
    }
    else
    {
        builder.Services.AddSingleton<IImportProgress, LogProgress>();
    }

    var host = builder.Build();
    var worker = host.Services.GetRequiredService<ImportWorker>();
    await host.StartAsync();
    await host.WaitForShutdownAsync();
    // Disposing sends what telemetry is left; a collector that is away must not hold up the exit, nor who waits for it.
    await Task.WhenAny(Task.Run(host.Dispose), Task.Delay(TimeSpan.FromSeconds(2)));
    return worker.Result;
});

// The import is one transaction: a part of it that is tried again by itself would be a part of another.
static void WithoutRetries(NpgsqlDbContextOptionsBuilder npgsql) =>
    npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies));

// The API may have the same connection string, which prefers standbys: they cannot be written to.
static void ToPrimary(NpgsqlConnectionStringBuilder connection)
{
    if (connection.HasSeveralHosts())
        connection.TargetSessionAttributes = "read-write";
}

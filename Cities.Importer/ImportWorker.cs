using System.Diagnostics;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer;

/// <summary>
/// The one-shot worker: waits for the database, migrates it, imports, and stops the process; or, with
/// <see cref="ImportOptions.Every"/>, stays.
/// </summary>
internal sealed partial class ImportWorker(
    IServiceScopeFactory scopes,
    ImportOptions options,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers,
    ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>How soon a run that has failed is tried again, where runs are repeated.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>How the run ended: the process's exit code.</summary>
    public ExitCode Result { get; private set; } = ExitCode.Cancelled;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            Result = await RunAsync(options.Update, stoppingToken);
            if (options.Every is { } every && Result != ExitCode.Cancelled)
                await RepeatAsync(every, stoppingToken);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    /// <summary>Runs again and again, with the daily changes once there is something to change, until it is stopped.</summary>
    private async Task RepeatAsync(TimeSpan every, CancellationToken stoppingToken)
    {
        var isImported = false;
        while (true)
        {
            isImported |= Result == ExitCode.Success;
            var pause = Result == ExitCode.Success || every < RetryInterval ? every : RetryInterval;
            LogPause(pause);
            await Task.Delay(pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                // Stopped while there was nothing to do.
                Result = ExitCode.Success;
                return;
            }

            Result = await RunAsync(options.Update || isImported, stoppingToken);
            if (Result == ExitCode.Cancelled)
                return;
        }
    }

    /// <summary>Migrates, and runs once.</summary>
    private async Task<ExitCode> RunAsync(bool update, CancellationToken stoppingToken)
    {
        using var activity = Telemetry.Activities.StartActivity("bootstrap");
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<CitiesDbContext>();
            await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(stoppingToken);
            await RunAsync(scope.ServiceProvider, context, update, stoppingToken);
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception.IsCancellation(stoppingToken))
        {
            LogCancelled();
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            activity?.AddException(exception);
            return Explain(exception);
        }
    }

    private async Task RunAsync(
        IServiceProvider services, CitiesDbContext context, bool update, CancellationToken cancellationToken)
    {
        if (options.Flush is not null)
        {
            LogChanges(await services.GetRequiredService<Flusher>().FlushAsync(cancellationToken));
            return;
        }

        var source = SourceSelector.Select(options, loggers);
        using var disposable = source as IDisposable;
        if (update)
        {
            LogChanges(await services.GetRequiredService<Updater>().UpdateAsync(source, cancellationToken));
            return;
        }

        var importer = services.GetRequiredService<Importer>();
        try
        {
            LogChanges(await importer.ImportAsync(source, cancellationToken));
        }
        catch (SourceUnreachableException exception) when (options.SampleFallback)
        {
            // The sample is for a first look; it never takes the place of data from a server.
            if (await context.ImportRuns.InPlace().AnyAsync(run => !run.IsSample, cancellationToken))
            {
                LogKeeping(exception.Message);
                return;
            }

            LogSample(exception.Message);
            LogChanges(await importer.ImportAsync(FolderSource.Sample, cancellationToken));
        }
    }

    private ExitCode Explain(Exception exception)
    {
        if (exception is ImportException { ExitCode: var exitCode })
        {
            LogFailed(exception.Message);
            return exitCode;
        }

        if (DatabaseFailure.Describe(exception) is { } failure)
        {
            LogFailed(failure);
            return ExitCode.DatabaseUnavailable;
        }

        LogUnexpected(exception);
        return ExitCode.Failure;
    }

    private void LogChanges(ImportRun? run)
    {
        if (run is null)
            return;
        foreach (var table in run.Tables)
            LogTable(table.Name, table.Inserted, table.Updated, table.Deleted);
        LogSucceeded(run.Operation, run.Source, (run.FinishedAt - run.StartedAt).TotalSeconds);
    }

    [LoggerMessage(LogLevel.Information, "{Operation} {Source} completed in {Seconds:0.0} s.")]
    private partial void LogSucceeded(ImportOperation operation, string source, double seconds);

    [LoggerMessage(LogLevel.Information, "{Table}: {Inserted} inserted, {Updated} updated, {Deleted} deleted.")]
    private partial void LogTable(string table, long inserted, long updated, long deleted);

    [LoggerMessage(LogLevel.Warning, "{Problem} Importing the bundled sample: the places of England with 1,000 people or more.")]
    private partial void LogSample(string problem);

    [LoggerMessage(LogLevel.Warning, "{Problem} Keeping the data that was imported before.")]
    private partial void LogKeeping(string problem);

    [LoggerMessage(LogLevel.Information, "The next run is in {Pause}.")]
    private partial void LogPause(TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "Cancelled; nothing was changed.")]
    private partial void LogCancelled();

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Critical, "The import failed; nothing was changed.")]
    private partial void LogUnexpected(Exception exception);
}

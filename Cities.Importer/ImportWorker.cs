using System.Diagnostics;
using System.Net.Sockets;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// The one-shot worker: waits for the database, migrates it, imports, and stops the process; or, with
/// <see cref="ImportOptions.Every"/>, stays.
/// </summary>
internal sealed partial class ImportWorker(
    IServiceScopeFactory scopes,
    ImportOptions options,
    IImportProgress progress,
    IHostApplicationLifetime lifetime,
    ILoggerFactory loggers,
    ILogger<ImportWorker> logger) : BackgroundService
{
    /// <summary>How soon a run that has failed is tried again, where runs are repeated.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DatabasePollInterval = TimeSpan.FromSeconds(1);

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
            await MigrateAsync(context, stoppingToken);
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

    /// <summary>Migrates, waiting for a database that is still starting.</summary>
    private async Task MigrateAsync(CitiesDbContext context, CancellationToken cancellationToken)
    {
        using var phase = progress.Begin("Migrating");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // Migrating when there is nothing to migrate compares models all the same, which takes its time.
                if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                    await context.Database.MigrateAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (IsUnavailable(exception) && waited.Elapsed < options.DatabaseTimeout)
            {
                LogWaitingForDatabase(exception.Message);
                await Task.Delay(DatabasePollInterval, cancellationToken);
            }
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

        if (FindServerFailure(exception) is { } failure)
        {
            LogFailed($"The database failed: {failure.MessageText} ({failure.SqlState}). Nothing was changed.");
            return ExitCode.DatabaseUnavailable;
        }

        if (IsUnavailable(exception))
        {
            LogFailed($"The database cannot be reached: {exception.Message}");
            return ExitCode.DatabaseUnavailable;
        }

        LogUnexpected(exception);
        return ExitCode.Failure;
    }

    /// <summary>Whether the database is away, or not there yet, rather than at odds with what it was asked.</summary>
    private static bool IsUnavailable(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException
        || exception.InnerException is SocketException or EndOfStreamException
        || (Unwrap(exception) is { } inner && IsUnavailable(inner));

    /// <summary>
    /// What says that the server is out of space or memory (class 53), or that its system or itself failed (58, XX): a file
    /// that outgrows a limit or a quota is among the latter.
    /// </summary>
    private static PostgresException? FindServerFailure(Exception exception) =>
        exception is PostgresException { SqlState: ['5', '3' or '8', ..] or ['X', 'X', ..] } failure ? failure
        : Unwrap(exception) is { } inner ? FindServerFailure(inner)
        : null;

    /// <summary>What EF Core has wrapped, or null.</summary>
    private static Exception? Unwrap(Exception exception) =>
        exception is InvalidOperationException or DbUpdateException ? exception.InnerException : null;

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

    [LoggerMessage(LogLevel.Information, "The database does not answer yet ({Problem}); waiting.")]
    private partial void LogWaitingForDatabase(string problem);

    [LoggerMessage(LogLevel.Information, "The next run is in {Pause}.")]
    private partial void LogPause(TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "Cancelled; nothing was changed.")]
    private partial void LogCancelled();

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Critical, "The import failed; nothing was changed.")]
    private partial void LogUnexpected(Exception exception);
}

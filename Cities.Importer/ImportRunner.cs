using System.Diagnostics;
using System.Net.Sockets;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer;

/// <summary>Runs once: waits for the database, migrates it, and does what the options say.</summary>
internal sealed partial class ImportRunner(
    IServiceScopeFactory scopes, IImportProgress progress, ILoggerFactory loggers, ILogger<ImportRunner> logger)
{
    private static readonly TimeSpan DatabasePollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs once, and says how it ended; it throws nothing.</summary>
    public async Task<RunResult> RunAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("bootstrap");
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<CitiesDbContext>();
            await MigrateAsync(context, options.DatabaseTimeout, cancellationToken);
            var run = options.Serve ? null : await RunAsync(context, options, cancellationToken);
            LogChanges(run);
            return new RunResult(ExitCode.Success, run);
        }
        catch (Exception exception) when (exception.IsCancellation(cancellationToken))
        {
            LogCancelled();
            return new RunResult(ExitCode.Cancelled);
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            activity?.AddException(exception);
            return Explain(exception);
        }
    }

    /// <summary>Migrates, waiting for a database that is still starting.</summary>
    private async Task MigrateAsync(CitiesDbContext context, TimeSpan timeout, CancellationToken cancellationToken)
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
            catch (Exception exception) when (IsUnavailable(exception) && waited.Elapsed < timeout)
            {
                LogWaitingForDatabase(exception.Message);
                await Task.Delay(DatabasePollInterval, cancellationToken);
            }
        }
    }

    private async Task<ImportRun?> RunAsync(CitiesDbContext context, ImportOptions options, CancellationToken cancellationToken)
    {
        if (options.Flush is not null)
            return await new Flusher(context, options, progress, loggers.CreateLogger<Flusher>()).FlushAsync(cancellationToken);

        var loader = new FileLoader(options, progress);
        var source = SourceSelector.Select(options, loggers);
        using var disposable = source as IDisposable;
        if (options.Update)
        {
            return await new Updater(context, loader, options, progress, loggers.CreateLogger<Updater>())
                .UpdateAsync(source, cancellationToken);
        }

        var importer = new Importer(context, loader, options, progress, loggers.CreateLogger<Importer>());
        try
        {
            return await importer.ImportAsync(source, cancellationToken);
        }
        catch (SourceUnreachableException exception) when (options.SampleFallback)
        {
            // The sample is for a first look; it never takes the place of data from a server.
            if (await context.ImportRuns.InPlace().AnyAsync(run => !run.IsSample, cancellationToken))
            {
                LogKeeping(exception.Message);
                return null;
            }

            LogSample(exception.Message);
            return await importer.ImportAsync(FolderSource.Sample, cancellationToken);
        }
    }

    private RunResult Explain(Exception exception)
    {
        var (exitCode, problem) = exception switch
        {
            ImportException known => (known.ExitCode, known.Message),
            _ when FindServerFailure(exception) is { } failure => (
                ExitCode.DatabaseUnavailable, $"The database failed: {failure.MessageText} ({failure.SqlState}). Nothing was changed."),
            _ when IsUnavailable(exception) => (
                ExitCode.DatabaseUnavailable, $"The database cannot be reached: {exception.Message}"),
            _ => (ExitCode.Failure, $"The import failed: {exception.Message}"),
        };
        if (exitCode == ExitCode.Failure && exception is not ImportException)
            LogUnexpected(exception);
        else
            LogFailed(problem);
        return new RunResult(exitCode, Problem: problem);
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

    [LoggerMessage(LogLevel.Warning, "Cancelled; nothing was changed.")]
    private partial void LogCancelled();

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Critical, "The import failed; nothing was changed.")]
    private partial void LogUnexpected(Exception exception);
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">What the process would end with.</param>
/// <param name="Run">The record of a run that succeeded, or null, also where nothing was to do.</param>
/// <param name="Problem">Why it failed, or null.</param>
internal sealed record RunResult(ExitCode ExitCode, ImportRun? Run = null, string? Problem = null);

using System.Diagnostics;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer;

/// <summary>Runs the importer once: waits for the database, migrates it, and does what the options specify.</summary>
internal sealed partial class ImportRunner(
    IServiceScopeFactory scopes, IImportProgress progress, ILoggerFactory loggers, ILogger<ImportRunner> logger)
{
    /// <summary>Runs the importer once. It does not throw exceptions.</summary>
    public async Task<RunResult> RunAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity(SpanName(options));
        try
        {
            var run = await MigrateAndRunAsync(options, cancellationToken);
            LogChanges(options, run);
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

    private static string SpanName(ImportOptions options) =>
        options switch
        {
            { Serve: true } => "migrate",
            { Flush: not null } => "flush",
            { Update: true } => "update",
            _ => "import",
        };

    private async Task<ImportRun?> MigrateAndRunAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<CitiesDbContext>();
            await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);
            if (scope.ServiceProvider.GetService<ApiDatabaseRole>() is { } apiRole && !options.DryRun)
                await apiRole.ApplyAsync(context, options, logger, cancellationToken);
            return options.Serve ? null : await RunAsync(context, options, cancellationToken);
        }
        finally
        {
            // The result is logged after the progress.
            await progress.EndAsync();
        }
    }

    private async Task<ImportRun?> RunAsync(
        CitiesDbContext context, ImportOptions options, CancellationToken cancellationToken)
    {
        if (options.Flush is not null)
        {
            return await new Flusher(context, options, progress, loggers.CreateLogger<Flusher>())
                .FlushAsync(cancellationToken);
        }

        var source = SourceSelector.Select(options, loggers);
        using var disposable = source as IDisposable;
        if (options.Update)
        {
            await CountryCheck.CheckAsync(options, context, cancellationToken);
            return await new Updater(
                context, new FileLoader(options, progress), options, progress, loggers.CreateLogger<Updater>())
                .UpdateAsync(source, cancellationToken);
        }

        try
        {
            return await ImportAsync(context, source, options, cancellationToken);
        }
        catch (SourceUnreachableException exception) when (options.SampleFallback)
        {
            // The sample never replaces data from a server.
            if (await context.ImportRuns.InPlace().AnyAsync(run => !run.IsSample, cancellationToken))
            {
                LogKeeping(exception.Message);
                return null;
            }

            LogSample(exception.Message);
            return await ImportAsync(context, FolderSource.Sample, options.ForSample(), cancellationToken);
        }
    }

    private Task<ImportRun?> ImportAsync(
        CitiesDbContext context, IGeoNamesSource source, ImportOptions options, CancellationToken cancellationToken) =>
        new Importer(
            context, new FileLoader(options, progress), options, progress, loggers.CreateLogger<Importer>())
            .ImportAsync(source, cancellationToken);

    private RunResult Explain(Exception exception)
    {
        if (exception is ImportException { ExitCode: var exitCode })
        {
            LogFailed(exception.Message);
            return new RunResult(exitCode, Problem: exception.Message);
        }

        if (DatabaseFailure.Describe(exception) is { } problem)
        {
            LogFailed(problem);
            return new RunResult(ExitCode.DatabaseUnavailable, Problem: problem);
        }

        LogUnexpected(exception);
        return new RunResult(ExitCode.Failure, Problem: $"The import failed: {exception.Clause()}.");
    }

    private void LogChanges(ImportOptions options, ImportRun? run)
    {
        if (run is null)
            return;
        foreach (var table in run.Tables)
        {
            if (options.DryRun)
                LogWouldChange(table.Name, table.Inserted, table.Updated, table.Deleted);
            else
                LogChanged(table.Name, table.Inserted, table.Updated, table.Deleted);
        }

        // A flush has no source.
        var name = run.Source.Length == 0 ? $"{run.Operation}" : $"{run.Operation} of {run.Source}";
        var seconds = (run.FinishedAt - run.StartedAt).TotalSeconds;
        if (options.DryRun)
            LogRehearsed(name, seconds);
        else
            LogSucceeded(name, seconds);
    }

    [LoggerMessage(LogLevel.Information, "{Name} completed in {Seconds:0.0} s.")]
    private partial void LogSucceeded(string name, double seconds);

    [LoggerMessage(LogLevel.Information, "{Name} was a dry run of {Seconds:0.0} s. Nothing was changed.")]
    private partial void LogRehearsed(string name, double seconds);

    [LoggerMessage(LogLevel.Information, "{Table}: {Inserted} inserted, {Updated} updated, {Deleted} deleted.")]
    private partial void LogChanged(string table, long inserted, long updated, long deleted);

    [LoggerMessage(
        LogLevel.Information,
        "{Table}: {Inserted} would be inserted, {Updated} would be updated, {Deleted} would be deleted.")]
    private partial void LogWouldChange(string table, long inserted, long updated, long deleted);

    [LoggerMessage(
        LogLevel.Warning,
        "{Problem} Importing the bundled sample: the places of the world with 15,000 people or more, and those of "
        + "England with 1,000 people or more.")]
    private partial void LogSample(string problem);

    [LoggerMessage(LogLevel.Warning, "{Problem} Keeping the data that was imported before.")]
    private partial void LogKeeping(string problem);

    [LoggerMessage(LogLevel.Warning, "Cancelled; nothing was changed.")]
    private partial void LogCancelled();

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Critical, "The import failed; nothing was changed.")]
    private partial void LogUnexpected(Exception exception);
}

/// <summary>The result of a run.</summary>
/// <param name="ExitCode">The exit code of the process.</param>
/// <param name="Run">The record of a successful run; null if the run failed or had nothing to do.</param>
/// <param name="Problem">The reason of a failure, or null.</param>
internal sealed record RunResult(ExitCode ExitCode, ImportRun? Run = null, string? Problem = null);

using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.Progress;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// The transaction of a run. All changes of the run are made in it, and the record of the run is committed with them.
/// Without <see cref="CommitAsync"/>, the database does not change.
/// </summary>
internal sealed class ImportTransaction : IAsyncDisposable
{
    private static readonly TimeSpan RecordTimeout = TimeSpan.FromSeconds(2);

    private readonly CitiesDbContext _context;
    private readonly IDbContextTransaction _transaction;
    private readonly bool _isDryRun;

    private ImportTransaction(CitiesDbContext context, IDbContextTransaction transaction, bool isDryRun)
    {
        _context = context;
        _transaction = transaction;
        _isDryRun = isDryRun;
    }

    public NpgsqlConnection Connection => (NpgsqlConnection)_context.Database.GetDbConnection();

    /// <summary>Begins the transaction, and waits until no other import is running.</summary>
    /// <exception cref="ImportException">Another import has not ended in time.</exception>
    public static async Task<ImportTransaction> BeginAsync(
        CitiesDbContext context, ImportOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        await ((NpgsqlConnection)context.Database.GetDbConnection()).EndWithProcessAsync(cancellationToken);
        var transaction = new ImportTransaction(
            context, await context.Database.BeginTransactionAsync(cancellationToken), options.DryRun);
        try
        {
            await ImportLock.TakeAsync(transaction.Connection, options.LockTimeout, logger, cancellationToken);
            // The planner estimates a high cost for statements on all rows and would compile them, which takes longer
            // than it saves.
            await transaction.Connection.ExecuteAsync(
                "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'", cancellationToken);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Computes the bounding boxes, records the run, and commits all changes. A dry run rolls them back instead.
    /// </summary>
    public async Task CommitAsync(ImportRun run, IImportProgress progress, CancellationToken cancellationToken)
    {
        using var phase = progress.Begin(_isDryRun ? "Rolling back" : "Committing");
        run.Outcome = ImportOutcome.Succeeded;
        run.FinishedAt = DateTimeOffset.UtcNow;
        if (_isDryRun)
        {
            await _transaction.RollbackAsync(cancellationToken);
        }
        else
        {
            await Connection.ExecuteAsync("SELECT refresh_bounding_boxes()", cancellationToken);
            _context.ImportRuns.Add(run);
            await _context.SaveChangesAsync(cancellationToken);
            await _transaction.CommitAsync(cancellationToken);
            Telemetry.Measure(run);
        }

        phase.Complete();
    }

    /// <summary>
    /// Records a run that changed nothing, unless it was a dry run. An error while recording is ignored, so that the
    /// failure of the run is reported.
    /// </summary>
    /// <param name="context">The database.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="run">The run.</param>
    /// <param name="exception">The exception that ended the run.</param>
    /// <param name="cancellationToken">Cancels the run, but not the recording.</param>
    public static async Task RecordFailureAsync(
        CitiesDbContext context,
        ImportOptions options,
        ImportRun run,
        Exception exception,
        CancellationToken cancellationToken)
    {
        if (options.DryRun)
            return;
        var isCancelled = exception.IsCancellation(cancellationToken);
        run.Outcome = isCancelled ? ImportOutcome.Cancelled : ImportOutcome.Failed;
        run.Error = isCancelled ? null : exception.Message;
        run.Tables = [];
        run.FinishedAt = DateTimeOffset.UtcNow;
        Telemetry.Measure(run);
        using var timeout = new CancellationTokenSource(RecordTimeout);
        try
        {
            context.ChangeTracker.Clear();
            context.ImportRuns.Add(run);
            await context.SaveChangesAsync(timeout.Token);
        }
        catch (Exception failure)
            when (failure is NpgsqlException or DbUpdateException or OperationCanceledException or TimeoutException)
        {
            context.ChangeTracker.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _transaction.DisposeAsync();
        }
        finally
        {
            await _context.Database.CloseConnectionAsync();
        }
    }
}

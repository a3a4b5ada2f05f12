using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// The queue of import jobs: the table <c>import_requests</c>, which the API writes to. While its session is open, the
/// queue holds a shared lock that tells the API that an importer is running.
/// </summary>
internal sealed class ImportJobQueue : IDisposable
{
    private const string Table = $"{CitiesDbContext.AdministrationSchema}.import_requests";

    /// <summary>How long a job is retried if its importers die. After that, the job itself may be the cause.</summary>
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(1);

    // An importer that was considered dead may still be running. The start time tells its job from that of a later
    // importer.
    private const string IsMine = $"id = $1 AND started_at = $2 AND state = '{nameof(ImportRequestState.Running)}'";

    private readonly IServiceScope _scope;
    private readonly CitiesDbContext _context;

    private ImportJobQueue(IServiceScope scope)
    {
        _scope = scope;
        _context = scope.ServiceProvider.GetRequiredService<CitiesDbContext>();
    }

    private NpgsqlConnection Connection => (NpgsqlConnection)_context.Database.GetDbConnection();

    /// <summary>Opens a session.</summary>
    /// <exception cref="NpgsqlException">The database is unavailable.</exception>
    public static async Task<ImportJobQueue> OpenAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        var queue = new ImportJobQueue(scopes.CreateScope());
        try
        {
            await queue._context.Database.OpenConnectionAsync(cancellationToken);
            await queue.Connection.ExecuteAsync(
                "SELECT pg_advisory_lock_shared($1)", cancellationToken, [ImportRequest.ImporterLock]);
            return queue;
        }
        catch
        {
            queue.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes the oldest job that is queued or whose importer has died. Two importers never take the same job.
    /// </summary>
    /// <returns>The job, or null if the queue is empty.</returns>
    public async Task<ImportRequest?> TakeAsync(CancellationToken cancellationToken)
    {
        await Connection.ExecuteAsync(
            $"""
            UPDATE {Table} SET
              state = CASE
                WHEN cancelled_by IS NULL THEN '{nameof(ImportRequestState.Failed)}'
                ELSE '{nameof(ImportRequestState.Cancelled)}'
              END,
              error = CASE WHEN cancelled_by IS NULL THEN 'The importers that took it have died.' END,
              finished_at = now()
            WHERE finished_at IS NULL AND state = '{nameof(ImportRequestState.Running)}' AND seen_at < now() - $1
              AND (cancelled_by IS NOT NULL OR requested_at < now() - $2)
            """,
            cancellationToken,
            [ImportRequest.ImporterTimeout, MaximumAge]);
        var taken = await _context.ImportRequests
            .FromSql(
                $"""
                UPDATE administration.import_requests
                SET state = 'Running', started_at = clock_timestamp(), seen_at = now()
                WHERE id = (
                  SELECT id FROM administration.import_requests
                  WHERE finished_at IS NULL
                    AND (state = 'Queued' OR (state = 'Running' AND seen_at < now() - {ImportRequest.ImporterTimeout}))
                  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }

    /// <summary>Records that the importer is still working on a job.</summary>
    /// <returns>False if the job was cancelled or another importer has taken it: the importer must stop it.</returns>
    public Task<bool> KeepAliveAsync(ImportRequest job, CancellationToken cancellationToken) =>
        Connection.ScalarAsync<bool>(
            $"UPDATE {Table} SET seen_at = now() WHERE {IsMine} RETURNING cancelled_by IS NULL",
            cancellationToken,
            [job.Id, job.StartedAt!.Value]);

    /// <summary>Records the result of a job, unless another importer has taken it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="state">Its final state.</param>
    /// <param name="runId">The id of its run, or null if it has none.</param>
    /// <param name="error">The reason of a failure, or null.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public Task CompleteAsync(
        ImportRequest job, ImportRequestState state, long? runId, string? error, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(
            $"UPDATE {Table} SET state = $3, run_id = $4::bigint, error = $5::text, finished_at = now() WHERE {IsMine}",
            cancellationToken,
            [
                job.Id, job.StartedAt!.Value, state.ToString(), (object?)runId ?? DBNull.Value,
                (object?)error ?? DBNull.Value,
            ]);

    /// <summary>
    /// Returns a job to the queue because the importer is stopping. A job that was cancelled meanwhile ends.
    /// </summary>
    public Task ReturnAsync(ImportRequest job, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(
            $"""
            UPDATE {Table} SET
              state = CASE
                WHEN cancelled_by IS NULL THEN '{nameof(ImportRequestState.Queued)}'
                ELSE '{nameof(ImportRequestState.Cancelled)}'
              END,
              finished_at = CASE WHEN cancelled_by IS NOT NULL THEN now() END,
              started_at = NULL,
              seen_at = NULL
            WHERE {IsMine}
            """,
            cancellationToken,
            [job.Id, job.StartedAt!.Value]);

    public void Dispose() => _scope.Dispose();
}

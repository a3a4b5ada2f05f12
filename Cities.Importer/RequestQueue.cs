using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// A session of an importer that takes requests for imports from their table. As long as it is open, it shares a lock by which the API
/// knows that there is an importer.
/// </summary>
internal sealed class RequestQueue : IDisposable
{
    private const string Table = $"{CitiesDbContext.AdministrationSchema}.import_requests";

    /// <summary>A request that outlived importer after importer is not tried for ever: one of them would not be to blame.</summary>
    private static readonly TimeSpan MaximumAge = TimeSpan.FromDays(1);

    // A session that has been taken for dead may yet go on: what it began, and no later importer, is told by the time it began.
    private const string IsMine = $"id = $1 AND started_at = $2 AND state = '{nameof(ImportRequestState.Running)}'";

    private readonly IServiceScope _scope;
    private readonly CitiesDbContext _context;

    private RequestQueue(IServiceScope scope)
    {
        _scope = scope;
        _context = scope.ServiceProvider.GetRequiredService<CitiesDbContext>();
    }

    private NpgsqlConnection Connection => (NpgsqlConnection)_context.Database.GetDbConnection();

    /// <summary>Opens a session.</summary>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public static async Task<RequestQueue> OpenAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        var queue = new RequestQueue(scopes.CreateScope());
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

    /// <summary>Takes the request that has waited longest, or whose importer has died; no two importers take the same.</summary>
    /// <returns>The request, or null where there is none.</returns>
    public async Task<ImportRequest?> TakeAsync(CancellationToken cancellationToken)
    {
        await Connection.ExecuteAsync(
            $"""
            UPDATE {Table} SET
              state = CASE WHEN cancelled_by IS NULL THEN '{nameof(ImportRequestState.Failed)}' ELSE '{nameof(ImportRequestState.Cancelled)}' END,
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
                UPDATE administration.import_requests SET state = 'Running', started_at = clock_timestamp(), seen_at = now()
                WHERE id = (
                  SELECT id FROM administration.import_requests
                  WHERE finished_at IS NULL AND (state = 'Queued' OR (state = 'Running' AND seen_at < now() - {ImportRequest.ImporterTimeout}))
                  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING *
                """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return taken.SingleOrDefault();
    }

    /// <summary>Says that an importer is at work on a request that it has taken.</summary>
    /// <returns>Whether it is to go on: false where somebody has cancelled it, or another importer has taken it.</returns>
    public Task<bool> SeeAsync(ImportRequest request, CancellationToken cancellationToken) =>
        Connection.ScalarAsync<bool>(
            $"UPDATE {Table} SET seen_at = now() WHERE {IsMine} RETURNING cancelled_by IS NULL",
            cancellationToken,
            [request.Id, request.StartedAt!.Value]);

    /// <summary>Says how a request has ended; one that another importer has taken is left to that.</summary>
    /// <param name="request">The request.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="runId">The run that it became, or null.</param>
    /// <param name="error">Why it failed, or null.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public Task EndAsync(
        ImportRequest request, ImportRequestState state, long? runId, string? error, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(
            $"UPDATE {Table} SET state = $3, run_id = $4::bigint, error = $5::text, finished_at = now() WHERE {IsMine}",
            cancellationToken,
            [request.Id, request.StartedAt!.Value, state.ToString(), (object?)runId ?? DBNull.Value, (object?)error ?? DBNull.Value]);

    /// <summary>Puts a request back that its importer has no time for any more, unless somebody has cancelled it meanwhile.</summary>
    public Task ReturnAsync(ImportRequest request, CancellationToken cancellationToken) =>
        Connection.ExecuteAsync(
            $"""
            UPDATE {Table} SET
              state = CASE WHEN cancelled_by IS NULL THEN '{nameof(ImportRequestState.Queued)}' ELSE '{nameof(ImportRequestState.Cancelled)}' END,
              finished_at = CASE WHEN cancelled_by IS NOT NULL THEN now() END,
              started_at = NULL,
              seen_at = NULL
            WHERE {IsMine}
            """,
            cancellationToken,
            [request.Id, request.StartedAt!.Value]);

    public void Dispose() => _scope.Dispose();
}

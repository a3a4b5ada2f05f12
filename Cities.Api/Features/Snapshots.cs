using Cities.Api.Http;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>
/// Reads the rows of an answer, their count and the version of the data from one snapshot of the database, in one round trip:
/// sessions are <c>REPEATABLE READ</c> (<see cref="ApiDatabase"/>), and a batch is one transaction. So an answer is never made
/// of two states of the data, and its ETag is that of the state it is made of.
/// </summary>
internal sealed class Snapshots(Sql sql, DataVersion versions, Counts counts, EntityTags entityTags)
{
    private const string VersionSql = $"SELECT {HostDataVersion.Columns} FROM ({HostDataVersion.LastSucceeded}) run {HostDataVersion.JoinEdit}";

    /// <summary>Runs commands.</summary>
    /// <param name="context">The request that is answered.</param>
    /// <param name="commands">The commands.</param>
    /// <returns>Their results, of which the first is current.</returns>
    /// <exception cref="NpgsqlException">The database is away, or refuses a command.</exception>
    public Task<Snapshot> OpenAsync(HttpContext context, params IReadOnlyList<NpgsqlBatchCommand> commands) =>
        OpenAsync(context, counted: null, commands);

    /// <summary>Runs commands, and counts the features of a query, unless their number is known.</summary>
    /// <param name="context">The request that is answered.</param>
    /// <param name="counted">What is counted, or null.</param>
    /// <param name="commands">The commands.</param>
    /// <returns>Their results, of which the first is current.</returns>
    /// <exception cref="NpgsqlException">The database is away, or refuses a command.</exception>
    public async Task<Snapshot> OpenAsync(HttpContext context, FeatureQuery? counted, IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        var request = context.Features.Get<CacheableRequest>();
        var expected = counted is null ? null : request?.Version ?? await versions.GetAsync(context.RequestAborted);
        var count = counted is null || expected is null ? null : counts.Find(counted, expected);
        var snapshot = await ReadAsync(count is null ? counted : null, commands, context.RequestAborted);
        if (count is not null && snapshot.Version != expected)
        {
            // The data has changed since it was counted.
            await snapshot.DisposeAsync();
            count = null;
            snapshot = await ReadAsync(counted, commands, context.RequestAborted);
        }

        if (counted is not null && count is null && snapshot is { Version: { } version, Count: { } number })
            counts.Keep(counted, version, number);
        request?.AnswerFrom(snapshot.Version, context.Request, entityTags);
        return snapshot with { Count = count ?? snapshot.Count };
    }

    private async Task<Snapshot> ReadAsync(
        FeatureQuery? counted, IReadOnlyList<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        List<NpgsqlBatchCommand> batch = [new NpgsqlBatchCommand(VersionSql), .. counted is null ? [] : new[] { counted.Count() }, .. commands];
        var reader = await sql.OpenAsync(batch, cancellationToken);
        try
        {
            var version = await reader.ReadAsync(cancellationToken) ? HostDataVersion.Read(reader).Text : null;
            await reader.NextResultAsync(cancellationToken);
            long? count = null;
            if (counted is not null)
            {
                await reader.ReadAsync(cancellationToken);
                count = reader.GetInt64(0);
                await reader.NextResultAsync(cancellationToken);
            }

            return new Snapshot(reader, version, count);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }
}

/// <summary>What was read from one state of the data. Disposing of it gives its connection back.</summary>
/// <param name="Reader">The results of the commands.</param>
/// <param name="Version">The version of the data, or null where nothing has been imported.</param>
/// <param name="Count">The number of features, if they were to be counted.</param>
internal sealed record Snapshot(NpgsqlDataReader Reader, string? Version, long? Count) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Reader.DisposeAsync();
}

namespace Cities.Api.Database;

/// <summary>
/// Reads the rows of an answer, their count and the version of the data from one snapshot of the database, in one round
/// trip: sessions are <c>REPEATABLE READ</c> (<see cref="ApiDatabase"/>), and a batch is one transaction. So an answer
/// never mixes two versions of the data, and its ETag is that of the version it was made from.
/// </summary>
internal sealed class Snapshots(Sql sql, DataVersion versions, VersionedCache cache, EntityTags entityTags)
{
    private static readonly SqlText VersionQuery = SqlText.Constant(
        $"SELECT {HostDataVersion.Columns} FROM ({HostDataVersion.LastSucceeded}) run {HostDataVersion.JoinEdit}");

    /// <summary>Runs queries.</summary>
    /// <param name="context">The current request.</param>
    /// <param name="queries">The queries.</param>
    /// <returns>The results. The first is current.</returns>
    /// <exception cref="NpgsqlException">The database is unavailable, or rejects a query.</exception>
    public Task<Snapshot> OpenAsync(HttpContext context, IReadOnlyList<SqlText> queries) =>
        OpenAsync(context, counted: null, queries);

    /// <summary>Runs a query.</summary>
    /// <inheritdoc cref="OpenAsync(HttpContext, IReadOnlyList{SqlText})"/>
    public Task<Snapshot> OpenAsync(HttpContext context, SqlText query) => OpenAsync(context, counted: null, [query]);

    /// <summary>Runs queries, and counts the features of a query unless their number is known.</summary>
    /// <param name="context">The current request.</param>
    /// <param name="counted">The query to count, or null.</param>
    /// <param name="queries">The queries.</param>
    /// <returns>The results. The first is current.</returns>
    /// <exception cref="NpgsqlException">The database is unavailable, or rejects a query.</exception>
    public async Task<Snapshot> OpenAsync(HttpContext context, FeatureQuery? counted, IReadOnlyList<SqlText> queries)
    {
        var request = context.Features.Get<CacheableRequest>();
        var key = counted?.CountKey;
        var expected = key is null ? null : request?.Version ?? await versions.GetAsync(context.RequestAborted);
        var isKnown = cache.TryGet<long>(expected, key ?? "", out var known);
        var snapshot = await ReadAsync(isKnown ? null : counted, queries, context.RequestAborted);
        if (isKnown && snapshot.Version != expected)
        {
            // The data has changed since the features were counted.
            await snapshot.DisposeAsync();
            isKnown = false;
            snapshot = await ReadAsync(counted, queries, context.RequestAborted);
        }

        if (isKnown)
            snapshot = snapshot with { Count = known };
        else if (key is not null)
            cache.Set(snapshot.Version, key, snapshot.Count!.Value);
        request?.AnswerFrom(snapshot.Version, context.Request, entityTags);
        return snapshot;
    }

    private async Task<Snapshot> ReadAsync(
        FeatureQuery? counted, IReadOnlyList<SqlText> queries, CancellationToken cancellationToken)
    {
        List<SqlText> batch = [VersionQuery, .. counted is null ? [] : new[] { counted.ToCount() }, .. queries];
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

/// <summary>
/// The results of queries, read from one version of the data. Dispose of it to return its connection.
/// </summary>
/// <param name="Reader">The results.</param>
/// <param name="Version">The version of the data, or null if nothing has been imported.</param>
/// <param name="Count">The number of features, if they were to be counted.</param>
internal sealed record Snapshot(NpgsqlDataReader Reader, string? Version, long? Count) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Reader.DisposeAsync();
}

/// <summary>Reads pages of rows with their count.</summary>
internal static class SnapshotPages
{
    /// <summary>Makes the queries of a page: for its owner, its count and its rows.</summary>
    public static SqlText[] Queries(
        PageRequest page, SqlText columns, SqlText from, SqlText order, SqlText? owner = null) =>
    [
        $"SELECT {(owner is null ? SqlText.Constant("true") : (SqlText)$"EXISTS ({owner})")}",
        $"SELECT count(*) {from}",
        $"SELECT {columns} {from} ORDER BY {order} LIMIT {page.EffectiveLimit} OFFSET {page.EffectiveOffset}",
    ];

    /// <summary>Reads the results of <see cref="Queries"/>.</summary>
    public static async Task<Page<T>?> ReadPageAsync<T>(
        NpgsqlDataReader reader,
        HttpRequest request,
        PageRequest page,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0))
            return null;
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var count = (int)reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        var results = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            results.Add(read(reader));
        var links = PageLinks.Of(request, count, page.EffectiveLimit, page.EffectiveOffset);
        return new Page<T>(count, links.Next, links.Previous, results);
    }
}

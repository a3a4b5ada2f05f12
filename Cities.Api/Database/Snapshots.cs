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

    /// <summary>Runs queries, and one that counts features unless their number is known.</summary>
    /// <param name="context">The current request.</param>
    /// <param name="counted">The query that counts, or null.</param>
    /// <param name="queries">The queries.</param>
    /// <returns>The results. The first is current.</returns>
    /// <exception cref="NpgsqlException">The database is unavailable, or rejects a query.</exception>
    public async Task<Snapshot> OpenAsync(HttpContext context, CountQuery? counted, IReadOnlyList<SqlText> queries)
    {
        var request = context.Features.Get<CacheableRequest>();
        var key = counted?.Key;
        var expected = key is null ? null : request?.Version ?? await versions.GetAsync(context.RequestAborted);
        var isKnown = cache.TryGet<long?>(expected, key ?? "", out var known);
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
            cache.Set(snapshot.Version, key, snapshot.Count);
        request?.AnswerFrom(snapshot.Version, context.Request, entityTags);
        return snapshot;
    }

    private async Task<Snapshot> ReadAsync(
        CountQuery? counted, IReadOnlyList<SqlText> queries, CancellationToken cancellationToken)
    {
        List<SqlText> batch = [VersionQuery, .. counted is null ? [] : new[] { counted.Sql }, .. queries];
        var reader = await sql.OpenAsync(batch, cancellationToken);
        try
        {
            var version = await reader.ReadAsync(cancellationToken) ? HostDataVersion.Read(reader).Text : null;
            await reader.NextResultAsync(cancellationToken);
            long? count = null;
            if (counted is not null)
            {
                await reader.ReadAsync(cancellationToken);
                count = await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetInt64(0);
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
/// <param name="Count">The number of features, or null if they were not counted or are too many to count.</param>
internal sealed record Snapshot(NpgsqlDataReader Reader, string? Version, long? Count) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Reader.DisposeAsync();
}

/// <summary>Reads pages of rows with their count.</summary>
internal static class SnapshotPages
{
    /// <summary>Reads a page of rows that are ordered by an id.</summary>
    /// <param name="sql">The database.</param>
    /// <param name="request">The current request.</param>
    /// <param name="page">The requested part of the list.</param>
    /// <param name="columns">The columns of a row.</param>
    /// <param name="from">The FROM clause with a WHERE clause.</param>
    /// <param name="id">The column with the id.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    /// <param name="isDescending">Whether the list begins with the greatest id.</param>
    /// <param name="owner">A query with a row if the owner of the list exists, or null if the list has none.</param>
    /// <returns>The page, or null if the owner does not exist.</returns>
    /// <exception cref="ParameterException">The cursor is invalid, or contradicts the offset.</exception>
    /// <exception cref="NpgsqlException">The database is unavailable.</exception>
    public static async Task<Page<T>?> ReadPageAsync<T>(
        this Sql sql,
        HttpRequest request,
        PageRequest page,
        SqlText columns,
        SqlText from,
        SqlText id,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        bool isDescending = true,
        SqlText? owner = null)
    {
        var order = isDescending ? "-id" : null;
        var (direction, isAfter) = isDescending ? ("DESC", "<") : ("ASC", ">");
        var after = page.After is null ? null : Cursor.Of(page.After, page.Offset, order);
        SqlText rows = after is null ? from : $"{from} AND {id} {SqlText.Constant(isAfter)} {after.Id}";
        await using var reader = await sql.OpenAsync(
            [
                $"SELECT {(owner is null ? SqlText.Constant("true") : (SqlText)$"EXISTS ({owner})")}",
                $"SELECT count(*) {from}",
                // One more than requested shows whether there is a next page.
                $"""
                SELECT {columns}, {id} {rows}
                ORDER BY {id} {SqlText.Constant(direction)}
                LIMIT {page.EffectiveLimit + 1} OFFSET {page.EffectiveOffset}
                """,
            ],
            cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (!reader.GetBoolean(0))
            return null;
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var count = (int)reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        var results = new List<T>();
        Cursor? last = null;
        var hasMore = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (results.Count == page.EffectiveLimit)
            {
                hasMore = true;
                break;
            }

            results.Add(read(reader));
            last = new Cursor(order, reader.GetInt64(reader.FieldCount - 1), null, null);
        }

        var links = page.After is null
            ? PageLinks.Of(request, hasMore, page.EffectiveLimit, page.EffectiveOffset, last)
            : new PageLinks(hasMore ? PageLinks.After(request, page.EffectiveLimit, last!) : null, null);
        return new Page<T>(count, links.Next, links.Previous, results);
    }
}

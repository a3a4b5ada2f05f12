namespace Cities.Api.Database;

/// <summary>Reads pages of rows with their count.</summary>
internal static class SnapshotPages
{
    /// <summary>Reads a page from one snapshot.</summary>
    /// <param name="snapshots">The database.</param>
    /// <param name="context">The current request. The links are made from its address.</param>
    /// <param name="page">The requested part.</param>
    /// <param name="columns">The columns to read.</param>
    /// <param name="table">The FROM clause.</param>
    /// <param name="condition">The WHERE clause, or null.</param>
    /// <param name="order">An order in which no two rows are equal.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="owner">A query with a row if the owner of the list exists, or null if the list has no owner.</param>
    /// <returns>The page, or null if the owner does not exist.</returns>
    public static async Task<Page<T>?> ReadPageAsync<T>(
        this Snapshots snapshots,
        HttpContext context,
        PageRequest page,
        SqlText columns,
        SqlText table,
        SqlText? condition,
        SqlText order,
        Func<NpgsqlDataReader, T> read,
        SqlText? owner = null)
    {
        SqlText from = condition is null ? $"FROM {table}" : (SqlText)$"FROM {table} WHERE {condition}";
        await using var snapshot = await snapshots.OpenAsync(context, Queries(page, columns, from, order, owner));
        return await ReadPageAsync(snapshot.Reader, context.Request, page, read, context.RequestAborted);
    }

    /// <summary>Makes the queries of a page: for its owner, its count and its rows.</summary>
    public static SqlText[] Queries(PageRequest page, SqlText columns, SqlText from, SqlText order, SqlText? owner = null) =>
    [
        $"SELECT {(owner is null ? SqlText.Constant("true") : (SqlText)$"EXISTS ({owner})")}",
        $"SELECT count(*) {from}",
        $"SELECT {columns} {from} ORDER BY {order} LIMIT {page.EffectiveLimit} OFFSET {page.EffectiveOffset}",
    ];

    /// <summary>Reads the results of <see cref="Queries"/>.</summary>
    public static async Task<Page<T>?> ReadPageAsync<T>(
        NpgsqlDataReader reader, HttpRequest request, PageRequest page, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
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

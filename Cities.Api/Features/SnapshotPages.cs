using Cities.Api.Paging;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>Pages of rows that are no features, with their count, from one snapshot.</summary>
internal static class SnapshotPages
{
    /// <summary>Reads a page.</summary>
    /// <param name="snapshots">The database.</param>
    /// <param name="context">The request that is answered, whose address the links are made of.</param>
    /// <param name="page">Which part is wanted.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="table">What they are of.</param>
    /// <param name="order">An order that leaves no two rows equal.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="owner">What the rows belong to, or null.</param>
    /// <returns>The page, or null where what the rows belong to is not there.</returns>
    public static async Task<Page<T>?> ReadPageAsync<T>(
        this Snapshots snapshots,
        HttpContext context,
        PageRequest page,
        string columns,
        string table,
        string order,
        Func<NpgsqlDataReader, T> read,
        PageOwner? owner = null)
    {
        var condition = owner is null ? "" : $"WHERE {owner.Column} = $1";
        object[] values = owner is null ? [] : [owner.Id];
        var (limit, offset) = (page.Limit ?? PageRequest.DefaultLimit, page.Offset ?? 0);
        await using var snapshot = await snapshots.OpenAsync(
            context,
            owner is null ? Sql.Command("SELECT true") : Sql.Command($"SELECT EXISTS ({owner.ExistsSql})", values),
            Sql.Command($"SELECT count(*) FROM {table} {condition}", values),
            Sql.Command(
                $"SELECT {columns} FROM {table} {condition} ORDER BY {order} LIMIT ${values.Length + 1} OFFSET ${values.Length + 2}",
                [.. values, limit, offset]));
        var (reader, token) = (snapshot.Reader, context.RequestAborted);
        await reader.ReadAsync(token);
        if (!reader.GetBoolean(0))
            return null;
        await reader.NextResultAsync(token);
        await reader.ReadAsync(token);
        var count = (int)reader.GetInt64(0);
        await reader.NextResultAsync(token);
        var results = new List<T>();
        while (await reader.ReadAsync(token))
            results.Add(read(reader));
        return PagingExtensions.ToPage(results, count, limit, offset, context.Request);
    }
}

/// <summary>What the rows of a list belong to.</summary>
/// <param name="Column">The column that has its id.</param>
/// <param name="ExistsSql">A query with a row if it is there; <c>$1</c> is the id.</param>
/// <param name="Id">Its id.</param>
internal sealed record PageOwner(string Column, string ExistsSql, int Id);

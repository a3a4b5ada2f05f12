namespace Cities.Api.Database;

/// <summary>Measures the extent of the features of a collection, once for each version of the data.</summary>
internal sealed class Extents(Snapshots snapshots, VersionedCache cache)
{
    /// <summary>Gets the extents of collections, all from one version of the data.</summary>
    /// <param name="context">The current request.</param>
    /// <param name="collections">The collections.</param>
    /// <returns>The extents; null for a collection without a location.</returns>
    public async Task<Extent?[]> GetAsync(HttpContext context, params IReadOnlyList<Collection> collections)
    {
        var version = context.Features.Get<CacheableRequest>()?.Version;
        var extents = new Extent?[collections.Count];
        if (collections.Index().All(each => cache.TryGet(version, Key(each.Item), out extents[each.Index])))
            return extents;

        await using var snapshot = await snapshots.OpenAsync(context, [.. collections.Select(Measure)]);
        foreach (var (index, collection) in collections.Index())
        {
            extents[index] = await ReadAsync(snapshot.Reader, context.RequestAborted);
            cache.Set(snapshot.Version, Key(collection), extents[index]);
        }

        return extents;
    }

    private static string Key(Collection collection) => $"extent {collection.Name}";

    private static SqlText Measure(Collection collection) =>
        $"""
        SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
        FROM (SELECT ST_Extent({collection.Location}) AS box FROM {collection.Table}) extent
        """;

    private static async Task<Extent?> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        var extent = reader.IsDBNull(0)
            ? null
            : new Extent(reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3));
        await reader.NextResultAsync(cancellationToken);
        return extent;
    }
}

/// <summary>A box in degrees. It does not cross the antimeridian.</summary>
internal sealed record Extent(double West, double South, double East, double North);

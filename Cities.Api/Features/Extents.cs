using System.Collections.Concurrent;
using Cities.Api.Http;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>Where the features of collections are. What has been measured holds for as long as the data is the same.</summary>
internal sealed class Extents(Snapshots snapshots)
{
    private readonly ConcurrentDictionary<string, (string? Version, Extent? Extent)> _known = new();

    /// <summary>The boxes of collections' locations, all from one state of the data; null where a collection has none.</summary>
    /// <param name="context">The request that is answered.</param>
    /// <param name="collections">The collections.</param>
    public async Task<Extent?[]> GetAsync(HttpContext context, params IReadOnlyList<Collection> collections)
    {
        var version = context.Features.Get<CacheableRequest>()?.Version;
        var known = collections.Select(each => _known.GetValueOrDefault(each.Name)).ToList();
        if (version is not null && known.TrueForAll(each => each.Version == version))
            return [.. known.Select(each => each.Extent)];

        await using var snapshot = await snapshots.OpenAsync(context, [.. collections.Select(Measure)]);
        var extents = new Extent?[collections.Count];
        foreach (var (index, collection) in collections.Index())
        {
            extents[index] = await ReadAsync(snapshot.Reader, context.RequestAborted);
            _known[collection.Name] = (snapshot.Version, extents[index]);
        }

        return extents;
    }

    private static NpgsqlBatchCommand Measure(Collection collection) =>
#pragma warning disable CA2100 // made of constants
        new($"SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (SELECT ST_Extent({collection.Location}) AS box FROM {collection.Table}) extent");
#pragma warning restore CA2100

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

/// <summary>A box in degrees, which does not cross the antimeridian.</summary>
internal sealed record Extent(double West, double South, double East, double North);

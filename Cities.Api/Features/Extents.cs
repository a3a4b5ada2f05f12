using System.Collections.Concurrent;
using Cities.Api.Http;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>Where the features of collections are. What has been measured holds for as long as the data is the same.</summary>
/// <param name="sql">The database.</param>
/// <param name="version">The version of the data.</param>
internal sealed class Extents(Sql sql, DataVersion version)
{
    private readonly ConcurrentDictionary<string, (string Version, Extent? Extent)> _known = new();

    /// <summary>The box of a collection's locations, or null where it has none.</summary>
    public async Task<Extent?> GetAsync(Collection collection, CancellationToken cancellationToken)
    {
        // Before the locations are read: an import in between is measured again, and not overlooked.
        var current = await version.GetAsync(cancellationToken);
        if (current is not null && _known.TryGetValue(collection.Name, out var known) && known.Version == current)
            return known.Extent;
        var extent = await MeasureAsync(collection, cancellationToken);
        if (current is not null)
            _known[collection.Name] = (current, extent);
        return extent;
    }

    private async Task<Extent?> MeasureAsync(Collection collection, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // made of constants
        var command = new NpgsqlBatchCommand(
            $"SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (SELECT ST_Extent({collection.Location}) AS box FROM {collection.Table}) extent");
#pragma warning restore CA2100
        await using var reader = await sql.OpenAsync([command], cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.IsDBNull(0)
            ? null
            : new Extent(reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3));
    }
}

/// <summary>A box in degrees, which does not cross the antimeridian.</summary>
internal sealed record Extent(double West, double South, double East, double North);

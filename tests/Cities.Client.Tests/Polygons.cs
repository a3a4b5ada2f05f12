using System.Text.Json;

namespace Cities.Client.Tests;

internal static class Polygons
{
    /// <summary>Makes the body of a request for the cities within a ring of positions.</summary>
    public static PolygonRequest Of(params double[][] positions) => new()
    {
        Type = PolygonType.Polygon,
        Coordinates = [JsonSerializer.SerializeToNode(positions)],
    };
}

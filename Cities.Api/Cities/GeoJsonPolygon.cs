using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NetTopologySuite;
using NetTopologySuite.Geometries;

namespace Cities.Api.Cities;

/// <summary>Reads a polygon from a GeoJSON body (RFC 7946).</summary>
internal static class GeoJsonPolygon
{
    /// <summary>A query with more positions could exceed the timeout of a request.</summary>
    public const int MaximumPositions = 10_000;

    private const string Body = "body";
    private static readonly GeometryFactory Factory = NtsGeometryServices.Instance.CreateGeometryFactory(4326);

    /// <summary>Reads a Polygon or MultiPolygon, or a Feature with one.</summary>
    /// <returns>The polygon, in EPSG:4326.</returns>
    /// <exception cref="ParameterException">The body is not one of these, or the polygon is invalid.</exception>
    public static async Task<Geometry> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(
                request.Body, new JsonDocumentOptions { MaxDepth = 10 }, cancellationToken);
        }
        catch (JsonException exception)
        {
            throw new ParameterException(Body, $"The body is not JSON: {exception.Message}");
        }

        using (document)
        {
            Geometry geometry;
            try
            {
                geometry = Read(document.RootElement);
            }
            catch (InvalidOperationException)
            {
                // A lone surrogate is valid JSON. Only reading the string finds it.
                throw new ParameterException(Body, "The body contains a string that is not valid Unicode.");
            }

            return GeometryValidity.FindError(geometry, cancellationToken) is { } error
                ? throw new ParameterException(Body, $"The polygon {error}.")
                : geometry;
        }
    }

    private static Geometry Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("type", out var type))
            throw new ParameterException(Body, "The body is not a GeoJSON object.");
        var positions = 0;
        switch (type.ValueKind == JsonValueKind.String ? type.GetString() : null)
        {
            case "Feature" when element.TryGetProperty("geometry", out var geometry)
                && geometry.ValueKind == JsonValueKind.Object:
                return Read(geometry);
            case "Polygon":
                return ReadPolygon(Property(element, "coordinates"), ref positions);
            case "MultiPolygon":
                var polygons = new List<Polygon>();
                foreach (var polygon in Items(Property(element, "coordinates")))
                    polygons.Add(ReadPolygon(polygon, ref positions));
                return Factory.CreateMultiPolygon([.. polygons]);
            default:
                throw new ParameterException(
                    Body, "The body is not a GeoJSON Polygon or MultiPolygon, or a Feature with one.");
        }
    }

    private static Polygon ReadPolygon(JsonElement coordinates, ref int positions)
    {
        var rings = new List<LinearRing>();
        foreach (var ring in Items(coordinates))
            rings.Add(ReadRing(ring, ref positions));
        return rings.Count > 0
            ? Factory.CreatePolygon(rings[0], [.. rings.Skip(1)])
            : throw new ParameterException(Body, "A polygon contains no ring.");
    }

    private static LinearRing ReadRing(JsonElement ring, ref int positions)
    {
        var coordinates = new List<Coordinate>();
        foreach (var position in Items(ring))
        {
            if (++positions > MaximumPositions)
                throw new ParameterException(Body, $"The polygon has more than {MaximumPositions} positions.");
            var numbers = Items(position).Take(2).ToArray();
            if (numbers.Length < 2 || !Array.TrueForAll(numbers, number => number.ValueKind == JsonValueKind.Number))
                throw new ParameterException(Body, "A position is not an array of two numbers.");
            coordinates.Add(new Coordinate(
                Parameters.Longitude(Body, numbers[0].GetDouble()), Parameters.Latitude(Body, numbers[1].GetDouble())));
        }

        return coordinates.Count >= 4 && coordinates[0].Equals2D(coordinates[^1])
            ? Factory.CreateLinearRing([.. coordinates])
            : throw new ParameterException(
                Body, "A ring requires at least four positions, and its first and last positions must be equal.");
    }

    private static JsonElement Property(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
            ? value
            : throw new ParameterException(Body, $"The geometry has no {name}.");

    private static JsonElement.ArrayEnumerator Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray()
            : throw new ParameterException(
                Body, "The nesting of the coordinates does not match the type of the geometry.");
}

/// <summary>A GeoJSON Polygon or MultiPolygon, or a Feature with one (RFC 7946).</summary>
/// <param name="Type">The type of the object.</param>
/// <param name="Coordinates">
/// The rings of a Polygon, or the polygons of a MultiPolygon. Each position is an array of longitude and latitude, in
/// degrees. A Feature has none.
/// </param>
/// <param name="Geometry">The geometry of a Feature.</param>
public sealed record PolygonRequest(PolygonType Type, JsonArray? Coordinates = null, PolygonRequest? Geometry = null);

/// <summary>The type of a GeoJSON object that contains a polygon.</summary>
public enum PolygonType
{
    /// <summary>A geometry of one polygon.</summary>
    [JsonStringEnumMemberName("Polygon")]
    Polygon,

    /// <summary>A geometry of several polygons.</summary>
    [JsonStringEnumMemberName("MultiPolygon")]
    MultiPolygon,

    /// <summary>A feature, whose geometry contains the polygon.</summary>
    [JsonStringEnumMemberName("Feature")]
    Feature,
}

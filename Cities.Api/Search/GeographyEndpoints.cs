using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Search;

/// <summary>The endpoints for reverse geocoding and distances.</summary>
internal static class GeographyEndpoints
{
    /// <summary>The radius of reverse geocoding, in metres, if the request has none.</summary>
    public const double DefaultReverseRadius = 200_000;

    /// <summary>The fields of an answer of reverse geocoding besides the default ones.</summary>
    public static readonly string[] ReverseFields = ["country", "countryCode", "subregion", "population", "timezone"];

    public static void MapGeography(this IEndpointRouteBuilder api)
    {
        var geography = api.MapGroup("").WithTags("Geography");
        geography.MapGet("/reverse", Reverse)
            .WithName("reverse")
            .WithSummary("Find the city nearest to a point")
            .WithDescription(
                "The city nearest to a point, by geodesic distance on WGS 84, with its region, country and time zone. "
                + "If no city is within the radius, the answer is 404, whose problem contains the 'distance' of the "
                + "nearest one in metres.")
            .ProducesFeature(CityCollections.Cities, [.. ReverseFields, Field.DistanceName])
            .ProducesNotFound();
        geography.MapGet("/distance", DistanceAsync)
            .WithName("distance")
            .WithSummary("Measure a distance")
            .WithDescription("The geodesic distance on WGS 84 between two cities or points, and the initial bearing.")
            .WithExample(DistanceResponse.Example)
            .ProducesNotFound();
    }

    private static FeatureResult Reverse(
        [AsParameters] PointRequest point,
        [FromQuery, Description("The maximum distance in metres. If no city is within it, the answer is 404.")]
        [Range(0, AreaFilter.MaximumRadius), DefaultValue(DefaultReverseRadius)]
        double? radius,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            NearestCity(point.Longitude, point.Latitude) with { Reach = radius ?? DefaultReverseRadius }, feature);

    /// <summary>Makes the query of reverse geocoding.</summary>
    /// <param name="longitude">Degrees, east positive.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    public static FeatureQuery NearestCity(double longitude, double latitude) =>
        new FeatureQuery(CityCollections.Cities).Near(longitude, latitude).With(ReverseFields).OrderByDistance();

    private static async Task<Results<Ok<DistanceResponse>, NotFound>> DistanceAsync(
        [FromQuery, Description("GeoNames id of a city, or longitude,latitude in degrees.")]
        [Example("2643743"), StringLength(100)]
        string from,
        [FromQuery, Description("GeoNames id of a city, or longitude,latitude in degrees.")]
        [Example("2.3488,48.85341"), StringLength(100)]
        string to,
        HttpContext context,
        Snapshots snapshots)
    {
        var (start, end) = (PointOf("from", from), PointOf("to", to));
        await using var snapshot = await snapshots.OpenAsync(
            context,
            $"""
            SELECT ST_X(a), ST_Y(a), ST_X(b), ST_Y(b), ST_Distance(a::geography, b::geography),
              degrees(ST_Azimuth(a::geography, b::geography))
            FROM (SELECT {start} AS a, {end} AS b) points
            WHERE a IS NOT NULL AND b IS NOT NULL
            """);
        var reader = snapshot.Reader;
        if (!await reader.ReadAsync(context.RequestAborted))
            return TypedResults.NotFound();
        return TypedResults.Ok(new DistanceResponse(
            new LocationResponse(reader.GetDouble(0), reader.GetDouble(1)),
            new LocationResponse(reader.GetDouble(2), reader.GetDouble(3)),
            Math.Round(reader.GetDouble(4), 3),
            reader.IsDBNull(5) ? null : Math.Round(reader.GetDouble(5), 3)));
    }

    private static SqlText PointOf(string name, string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return $"(SELECT location FROM cities WHERE id = {id})";
        if (!text.Contains(',', StringComparison.Ordinal))
            throw new ParameterException(name, $"'{text}' is neither an id nor longitude,latitude.");
        var (longitude, latitude) = Parameters.Point(name, text);
        return $"ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)";
    }
}

/// <summary>The distance between two points.</summary>
/// <param name="From">The start.</param>
/// <param name="To">The end.</param>
/// <param name="Distance">Geodesic distance on WGS 84, in metres.</param>
/// <param name="Bearing">Initial bearing in degrees, clockwise from north; null if the points are equal.</param>
public sealed record DistanceResponse(LocationResponse From, LocationResponse To, double Distance, double? Bearing)
{
    internal static DistanceResponse Example { get; } =
        new(new LocationResponse(-0.12574, 51.50853), new LocationResponse(2.3488, 48.85341), 343923.1, 148.1);
}

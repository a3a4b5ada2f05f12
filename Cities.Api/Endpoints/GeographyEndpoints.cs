using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Cities.Api.Documentation;
using Cities.Api.Errors;
using Cities.Api.Features;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Endpoints;

/// <summary>Distances, and what is where.</summary>
internal static class GeographyEndpoints
{
    public static void MapGeography(this IEndpointRouteBuilder api)
    {
        var geography = api.MapGroup("").WithTags("Geography");
        geography.MapGet("/reverse", Reverse)
            .WithName("reverse")
            .WithSummary("Tell which city a point is near")
            .WithDescription(
                "The city nearest to a point, by geodesic distance on WGS 84, with its region, country and time zone: on land, at sea, at the "
                + "poles and on either side of the antimeridian.")
            .ProducesFeature(Collections.Cities, ReverseResponse.Example)
            .ProducesNotFound();
        geography.MapGet("/distance", DistanceAsync)
            .WithName("distance")
            .WithSummary("Measure a distance")
            .WithDescription("The geodesic distance on WGS 84 between two cities or points, and the initial bearing.")
            .WithExample(DistanceResponse.Example)
            .ProducesNotFound();
    }

    private static SingleFeatureResult Reverse(
        [AsParameters] PointRequest point,
        [FromQuery, Description("The greatest distance in metres; nothing nearer is 404."), Range(0, CityFilter.MaximumRadius), Example("100000")]
        double? radius,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Cities);
        query.Near(point.Lon!.Value, point.Lat!.Value);
        query.Add("country", "countryCode", "subregion", "population", "timezone");
        if (radius is { } metres)
            query.Within(metres);
        query.OrderByDistance();
        return feature.Single(query);
    }

    private static async Task<Results<Ok<DistanceResponse>, NotFound>> DistanceAsync(
        [FromQuery, Description("GeoNames id of a city, or longitude,latitude in degrees."), Example("2643743"), StringLength(100)] string from,
        [FromQuery, Description("GeoNames id of a city, or longitude,latitude in degrees."), Example("2.3488,48.85341"), StringLength(100)] string to,
        HttpContext context,
        Snapshots snapshots)
    {
        var parameters = new List<object>();
        var (start, end) = (PointSql("from", from), PointSql("to", to));
        await using var snapshot = await snapshots.OpenAsync(context, Sql.Command(
            $"""
            SELECT ST_X(a), ST_Y(a), ST_X(b), ST_Y(b), ST_Distance(a::geography, b::geography), degrees(ST_Azimuth(a::geography, b::geography))
            FROM (SELECT {start} AS a, {end} AS b) points
            WHERE a IS NOT NULL AND b IS NOT NULL
            """,
            parameters));
        var reader = snapshot.Reader;
        if (!await reader.ReadAsync(context.RequestAborted))
            return TypedResults.NotFound();
        return TypedResults.Ok(new DistanceResponse(
            new LocationResponse(reader.GetDouble(0), reader.GetDouble(1)),
            new LocationResponse(reader.GetDouble(2), reader.GetDouble(3)),
            Math.Round(reader.GetDouble(4), 3),
            reader.IsDBNull(5) ? null : Math.Round(reader.GetDouble(5), 3)));

        string PointSql(string name, string text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return $"(SELECT location FROM cities WHERE id = {Parameter(id)})";
            if (!text.Contains(',', StringComparison.Ordinal))
                throw new ParameterException(name, $"'{text}' is neither an id nor longitude,latitude.");
            var (longitude, latitude) = Parameters.Point(name, text);
            return $"ST_SetSRID(ST_MakePoint({Parameter(longitude)}, {Parameter(latitude)}), 4326)";
        }

        string Parameter(object value)
        {
            parameters.Add(value);
            return $"${parameters.Count}";
        }
    }
}

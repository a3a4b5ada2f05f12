using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Errors;
using Cities.Api.Features;
using Cities.Api.Responses;
using Cities.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

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
        CitiesDbContext context,
        CancellationToken cancellationToken)
    {
        if (await LocateAsync("from", from) is not { } start || await LocateAsync("to", to) is not { } end)
            return TypedResults.NotFound();
        var measured = await context.Database
            .SqlQuery<Measured>(
                $"""
                SELECT ST_Distance(a, b) AS distance, degrees(ST_Azimuth(a, b)) AS bearing
                FROM (SELECT ST_SetSRID(ST_MakePoint({start.Longitude}, {start.Latitude}), 4326)::geography AS a,
                             ST_SetSRID(ST_MakePoint({end.Longitude}, {end.Latitude}), 4326)::geography AS b) points
                """)
            .SingleAsync(cancellationToken);
        return TypedResults.Ok(new DistanceResponse(
            start, end, Math.Round(measured.Distance, 3), measured.Bearing is { } bearing ? Math.Round(bearing, 3) : null));

        async Task<LocationResponse?> LocateAsync(string name, string text)
        {
            if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
            {
                return await context.Cities
                    .Where(city => city.Id == id)
                    .Select(city => new LocationResponse(city.Location.X, city.Location.Y))
                    .FirstOrDefaultAsync(cancellationToken);
            }

            if (!text.Contains(',', StringComparison.Ordinal))
                throw new ParameterException(name, $"'{text}' is neither an id nor longitude,latitude.");
            var (longitude, latitude) = Parameters.Point(name, text);
            return new LocationResponse(longitude, latitude);
        }
    }

    private sealed record Measured(double Distance, double? Bearing);
}

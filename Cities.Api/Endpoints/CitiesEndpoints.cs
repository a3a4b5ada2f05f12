using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Cities.Api.Documentation;
using Cities.Api.Features;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Api.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Endpoints;

/// <summary>Populated places.</summary>
internal static class CitiesEndpoints
{
    private const int DefaultNearest = 10;

    public static void MapCities(this IEndpointRouteBuilder api)
    {
        var cities = api.MapGroup("/cities").WithTags("Cities");
        cities.MapGet("", List)
            .WithName("listCities")
            .WithSummary("List cities")
            .WithDescription(
                "The cities that meet all conditions, in the order of their ids or in another. 'fields' chooses what is answered of each.")
            .ProducesFeatures(Collections.Cities, CityResponse.Example);
        cities.MapGet("/{id:int}", Get)
            .WithCity("id")
            .WithName("getCity")
            .WithSummary("Get a city")
            .WithDescription("One city by its GeoNames id, with its origin.")
            .ProducesFeature(Collections.Cities, CityResponse.ExampleOfOne)
            .ProducesNotFound();
        cities.MapGet("/nearest", Nearest)
            .WithName("nearestCities")
            .WithSummary("List the cities nearest to a point")
            .WithDescription(
                "The cities nearest to a point, by geodesic distance on WGS 84, across the antimeridian and over the poles. For those that "
                + "meet conditions, list cities with 'near' and 'orderBy=distance'.")
            .ProducesFeatures(Collections.Cities, CityResponse.ExampleNear);
        cities.MapGet("/{id:int}/nearby", Nearby)
            .WithCity("id")
            .WithName("nearbyCities")
            .WithSummary("List the cities nearest to a city")
            .WithDescription("The other cities nearest to a city, by geodesic distance on WGS 84.")
            .ProducesFeatures(Collections.Cities, CityResponse.ExampleNear)
            .ProducesNotFound();
        cities.MapGet("/{id:int}/names", Names)
            .WithCity("id")
            .WithName("listNamesOfCity")
            .WithSummary("List the alternative names of a city")
            .WithDescription("The names of a city in other languages and times, and links and codes, in the order of their ids.")
            .ProducesFeatures(Collections.Names, AlternativeNameResponse.Example)
            .ProducesNotFound();
        cities.MapPost("/within", WithinAsync)
            .WithName("citiesWithin")
            .WithSummary("List the cities within a polygon")
            .WithDescription(
                "The cities within or on the edge of a GeoJSON Polygon or MultiPolygon, or a Feature with one, in degrees and on the plane, "
                + "as RFC 7946 has it: a polygon that crosses the antimeridian is to be cut there.")
            .Accepts<JsonObject>("application/geo+json", "application/json")
            .WithBodyExample("""{"type":"Polygon","coordinates":[[[-0.5,51.3],[0.3,51.3],[0.3,51.7],[-0.5,51.7],[-0.5,51.3]]]}""")
            .ProducesFeatures(Collections.Cities, CityResponse.Example)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        cities.MapGet("/autocomplete", Autocomplete)
            .WithName("autocompleteCities")
            .WithSummary("Suggest cities by a part of their name")
            .WithDescription(
                "Cities whose name contains the query, whatever the case and the accents; those that begin with it come first, then those "
                + "with more inhabitants. One or two letters are looked for at the beginning only. Without a query, all cities.")
            .ProducesFeatures(CitySearch.Suggestions, CityNameResponse.Example);
    }

    private static FeatureResult List(
        [AsParameters] CityFilter filter,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature) =>
        feature.Page(filter.ToQuery(), list);

    private static SingleFeatureResult Get(
        [Description("GeoNames id of the city."), Example("2643743")] int id, [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Cities);
        query.Where($"city.id = {query.Parameter(id)}");
        query.Add("origin");
        return feature.Single(query);
    }

    private static FeatureResult Nearest(
        [AsParameters] PointRequest point,
        [FromQuery, Description("How many cities."), Range(1, PageRequest.MaximumLimit), DefaultValue(10)] int? k,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Cities);
        query.Near(point.Lon!.Value, point.Lat!.Value);
        query.OrderByDistance();
        return feature.Whole(query, k ?? DefaultNearest);
    }

    private static FeatureResult Nearby(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [FromQuery, Description("How many cities."), Range(1, PageRequest.MaximumLimit), DefaultValue(10)] int? k,
        [FromQuery, Description("The greatest geodesic distance in metres."), Range(0, CityFilter.MaximumRadius), Example("50000")] double? radius,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Cities);
        query.Requires($"SELECT FROM cities WHERE id = {query.Parameter(id)}");
        query.Where($"city.id <> {query.Parameter(id)}");
        query.NearCity(id);
        if (radius is { } metres)
            query.Within(metres);
        query.OrderByDistance();
        return feature.Whole(query, k ?? DefaultNearest);
    }

    private static FeatureResult Names(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Names);
        query.Where($"name.geoname_id = {query.Parameter(id)}");
        query.Requires($"SELECT FROM cities WHERE id = {query.Parameter(id)}");
        return feature.Page(query, list);
    }

    private static async Task<FeatureResult> WithinAsync(
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        CancellationToken cancellationToken)
    {
        var query = new FeatureQuery(Collections.Cities);
        var polygon = await GeoJsonPolygon.ReadAsync(feature.Request, cancellationToken);
        query.Where($"ST_Intersects(city.location, ST_GeomFromWKB({query.Parameter(polygon)}, 4326))");
        return feature.Page(query, list);
    }

    private static FeatureResult Autocomplete(
        [FromQuery, Description("Part of the name."), Example("lond"), StringLength(100)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field query must not hold a NUL character.")]
        string? query,
        [AsParameters] PageRequest page,
        [AsParameters] FeatureRequest feature) =>
        feature.Page(CitySearch.ToSuggestions(query), page);
}

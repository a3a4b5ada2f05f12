using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Cities;

/// <summary>The endpoints for cities.</summary>
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
                "The cities that meet all conditions, ordered by id or by 'orderBy'. The parameter 'fields' selects "
                + "the fields of the answer.")
            .ProducesFeatures(CityCollections.Cities);
        cities.MapGet("/{id:int}", Get)
            .WithCity("id")
            .WithName("getCity")
            .WithSummary("Get a city")
            .WithDescription("One city by its GeoNames id, with its origin.")
            .ProducesFeature(CityCollections.Cities, "origin")
            .ProducesNotFound();
        cities.MapGet("/nearest", Nearest)
            .WithName("nearestCities")
            .WithSummary("List the cities nearest to a point")
            .WithDescription(
                "The cities nearest to a point, by geodesic distance on WGS 84, also across the antimeridian and the "
                + "poles. To add conditions, list cities with 'near' and 'orderBy=distance'.")
            .ProducesFeatures(CityCollections.Cities, Field.DistanceName);
        cities.MapGet("/{id:int}/nearby", Nearby)
            .WithCity("id")
            .WithName("nearbyCities")
            .WithSummary("List the cities nearest to a city")
            .WithDescription("The other cities nearest to a city, by geodesic distance on WGS 84.")
            .ProducesFeatures(CityCollections.Cities, Field.DistanceName)
            .ProducesNotFound();
        cities.MapGet("/{id:int}/names", Names)
            .WithCity("id")
            .ProducesNames("city");
        cities.MapPost("/within", WithinAsync)
            .WithName("citiesWithin")
            .WithSummary("List the cities within a polygon")
            .WithDescription(
                "The cities within or on the edge of a GeoJSON Polygon or MultiPolygon, or of a Feature with one. The "
                + "coordinates are in degrees, and edges are straight lines on the plane. Cut a polygon that crosses "
                + "the antimeridian into two parts, as RFC 7946 requires.")
            .Accepts<PolygonRequest>("application/geo+json", "application/json")
            .WithBodyExample(
                """
                {"type":"Polygon","coordinates":[[[-0.5,51.3],[0.3,51.3],[0.3,51.7],[-0.5,51.7],[-0.5,51.3]]]}
                """)
            .ProducesFeatures(CityCollections.Cities)
            .ProducesBodyProblems();
        cities.MapGet("/autocomplete", Autocomplete)
            .WithName("autocompleteCities")
            .WithSummary("Suggest cities by a part of their name")
            .WithDescription(
                "Cities whose name contains the query. Case and accents are ignored. Names that begin with the query "
                + "come first, then larger cities. A query of one or two letters finds only names that begin with it. "
                + "Without a query, the list contains all cities.")
            .ProducesFeatures(CitySuggestions.Collection);
    }

    private static FeatureResult List(
        [AsParameters] DivisionFilter divisions,
        [AsParameters] CityFilter filter,
        [AsParameters] AreaFilter area,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            area.Apply(filter.Apply(divisions.Apply(new FeatureQuery(CityCollections.Cities)))), list, feature);

    private static FeatureResult Get(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(new FeatureQuery(CityCollections.Cities).Where($"city.id = {id}").With("origin"), feature);

    private static FeatureResult Nearest(
        [AsParameters] PointRequest point,
        [FromQuery, Description("The maximum number of cities.")]
        [Range(1, PageRequest.MaximumLimit), DefaultValue(DefaultNearest)]
        int? k,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Whole(
            new FeatureQuery(CityCollections.Cities).Near(point.Longitude, point.Latitude).OrderByDistance(),
            k ?? DefaultNearest,
            feature);

    private static FeatureResult Nearby(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [FromQuery, Description("The maximum number of cities.")]
        [Range(1, PageRequest.MaximumLimit), DefaultValue(DefaultNearest)]
        int? k,
        [FromQuery, Description("The maximum geodesic distance in metres.")]
        [Range(0, AreaFilter.MaximumRadius), Example("50000")]
        double? radius,
        [AsParameters] FeatureRequest feature,
        FeatureResults results)
    {
        var query = new FeatureQuery(CityCollections.Cities)
            .Requires($"SELECT FROM cities WHERE id = {id}")
            .Where($"city.id <> {id}")
            .NearCity(id);
        if (radius is { } metres)
            query = query.Within(metres);
        return results.Whole(query.OrderByDistance(), k ?? DefaultNearest, feature);
    }

    private static FeatureResult Names(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("cities", $"{id}"), list, feature);

    private static async Task<FeatureResult> WithinAsync(
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results,
        CancellationToken cancellationToken)
    {
        var polygon = await GeoJsonPolygon.ReadAsync(feature.Request, cancellationToken);
        var query = new FeatureQuery(CityCollections.Cities);
        return results.Page(query.Where(Filters.Intersects(query.Collection, polygon)), list, feature);
    }

    private static FeatureResult Autocomplete(
        [FromQuery, Description("A part of the name."), Example("lond"), StringLength(100)]
        string? query,
        [AsParameters] PageRequest page,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(CitySuggestions.ToQuery(query), page, feature);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>The endpoints for postal codes.</summary>
internal static class PostalCodesEndpoints
{
    private const int DefaultNearest = 10;

    public static void MapPostalCodes(this IEndpointRouteBuilder api)
    {
        var codes = api.MapGroup("/postal-codes").WithTags("Postal codes");
        codes.MapGet("", List)
            .WithName("listPostalCodes")
            .WithSummary("List postal codes")
            .WithDescription(
                "The postal codes that meet all conditions, with the places that use them, ordered by id or by "
                + "'orderBy'. The field 'code' is the code that matched: if GeoNames has only the first part of a "
                + "country's codes, this part matches the whole code.")
            .ProducesFeatures(PlaceCollections.PostalCodes);
        codes.MapGet("/nearest", Nearest)
            .WithName("nearestPostalCodes")
            .WithSummary("List the postal codes nearest to a point")
            .WithDescription("The postal codes nearest to a point, by geodesic distance on WGS 84.")
            .ProducesFeatures(PlaceCollections.PostalCodes, Field.DistanceName);
        api.MapGet("/cities/{id:int}/postal-codes", ListOfCity)
            .WithTags("Postal codes")
            .WithCity("id")
            .WithName("listPostalCodesOfCity")
            .WithSummary("List the postal codes of a city")
            .WithDescription(
                "The postal codes whose fields 'cityId' or 'cityDistrictId' name the city or one of its districts, "
                + "ordered by id.")
            .ProducesFeatures(PlaceCollections.PostalCodes)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [AsParameters] PostalCodeFilter filter,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(filter.Apply(new FeatureQuery(PlaceCollections.PostalCodes)), list, feature);

    private static FeatureResult ListOfCity(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            new FeatureQuery(PlaceCollections.PostalCodes)
                .Requires($"SELECT FROM cities WHERE id = {id}")
                .Where(PlaceCollections.PostalCodesOfCity(id)),
            list,
            feature);

    private static FeatureResult Nearest(
        [AsParameters] PointRequest point,
        [FromQuery, Description("The maximum number of postal codes.")]
        [Range(1, PageRequest.MaximumLimit), DefaultValue(DefaultNearest)]
        int? k,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Whole(
            new FeatureQuery(PlaceCollections.PostalCodes).Near(point.Longitude, point.Latitude).OrderByDistance(),
            k ?? DefaultNearest,
            feature);
}

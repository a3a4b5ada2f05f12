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
                "The places that use the given postal codes. Without a code, the list contains all postal codes of the "
                + "given countries, or of the world.")
            .ProducesFeatures(PlaceCollections.PostalCodes);
        codes.MapGet("/nearest", Nearest)
            .WithName("nearestPostalCodes")
            .WithSummary("List the postal codes nearest to a point")
            .WithDescription("The postal codes nearest to a point, by geodesic distance on WGS 84.")
            .ProducesFeatures(PlaceCollections.PostalCodes, Field.DistanceName);
    }

    private static FeatureResult List(
        [FromQuery, Description(Filters.CountriesDescription)]
        [Example("GB"), StringLength(Filters.MaximumListLength)]
        string? country,
        [FromQuery, Description("Postal codes, comma-separated.")]
        [Example("WC1E"), StringLength(Filters.MaximumListLength)]
        string? code,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            new FeatureQuery(PlaceCollections.PostalCodes)
                .WhereCountry(country)
                .WhereAny("code", code?.ToUpperInvariant(), "code"),
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

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>The endpoints for second-order administrative divisions.</summary>
internal static class SubregionsEndpoints
{
    public static void MapSubregions(this IEndpointRouteBuilder api)
    {
        var subregions = api.MapGroup("/subregions").WithTags("Subregions");
        subregions.MapGet("", List)
            .WithName("listSubregions")
            .WithSummary("List subregions")
            .WithDescription("The second-order administrative divisions, ordered by id.")
            .ProducesFeatures(PlaceCollections.Subregions);
        subregions.MapGet("/{id:int}", Get)
            .WithName("getSubregion")
            .WithSummary("Get a subregion")
            .WithDescription("One second-order administrative division by its GeoNames id.")
            .ProducesFeature(PlaceCollections.Subregions)
            .ProducesNotFound();
        subregions.MapGet("/{id:int}/names", Names).ProducesNames("subregion");
    }

    private static FeatureResult List(
        [FromQuery, Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated.")]
        [Example("GB"), StringLength(Filters.MaximumListLength)]
        string? country,
        [FromQuery, Description("Codes (country.admin1) or GeoNames ids of regions, comma-separated.")]
        [Example("GB.ENG"), StringLength(Filters.MaximumListLength)]
        string? region,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            new FeatureQuery(PlaceCollections.Subregions).WhereCountry(country).WhereRegion(region), list, feature);

    private static FeatureResult Get(
        [Description("GeoNames id of the subregion."), Example("2648110")] int id,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(new FeatureQuery(PlaceCollections.Subregions).Where($"subregion.id = {id}"), feature);

    private static FeatureResult Names(
        [Description("GeoNames id of the subregion."), Example("2648110")] int id,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of(PlaceCollections.Subregions, $"subregion.id = {id}"), list, feature);
}

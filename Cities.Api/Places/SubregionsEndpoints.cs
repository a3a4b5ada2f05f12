using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>The endpoints for second-order administrative divisions.</summary>
internal static class SubregionsEndpoints
{
    private const string SubregionDescription = "Code (country.admin1.admin2) or GeoNames id of the subregion.";

    public static void MapSubregions(this IEndpointRouteBuilder api)
    {
        var subregions = api.MapGroup("/subregions").WithTags("Subregions");
        subregions.MapGet("", List)
            .WithName("listSubregions")
            .WithSummary("List subregions")
            .WithDescription("The second-order administrative divisions, ordered by id.")
            .ProducesFeatures(PlaceCollections.Subregions);
        subregions.MapGet("/{subregion}", Get)
            .WithName("getSubregion")
            .WithSummary("Get a subregion")
            .WithDescription(
                "One second-order administrative division by its code (country.admin1.admin2) or GeoNames id.")
            .ProducesFeature(PlaceCollections.Subregions)
            .ProducesNotFound();
        subregions.MapGet("/{subregion}/names", Names).ProducesNames("subregion");
    }

    private static FeatureResult List(
        [FromQuery, Description(Filters.CountriesDescription)]
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
        [Description(SubregionDescription), Example("GB.ENG.GLA")] string subregion,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            new FeatureQuery(PlaceCollections.Subregions).Where($"subregion.id = {Filters.SubregionId(subregion)}"),
            feature);

    private static FeatureResult Names(
        [Description(SubregionDescription), Example("GB.ENG.GLA")] string subregion,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("subregions", Filters.SubregionId(subregion)), list, feature);
}

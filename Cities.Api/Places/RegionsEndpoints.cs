using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>The endpoints for first-order administrative divisions.</summary>
internal static class RegionsEndpoints
{
    private const string RegionDescription = "Code (country.admin1) or GeoNames id of the region.";

    public static void MapRegions(this IEndpointRouteBuilder api)
    {
        var regions = api.MapGroup("/regions").WithTags("Regions");
        regions.MapGet("", List)
            .WithName("listRegions")
            .WithSummary("List regions")
            .WithDescription("The first-order administrative divisions, ordered by id.")
            .ProducesFeatures(PlaceCollections.Regions);
        regions.MapGet("/{region}", Get)
            .WithName("getRegion")
            .WithSummary("Get a region")
            .WithDescription("One first-order administrative division by its code (country.admin1) or GeoNames id.")
            .ProducesFeature(PlaceCollections.Regions)
            .ProducesNotFound();
        regions.MapGet("/{region}/names", Names).ProducesNames("region");
        regions.MapGet("/{region}/cities", Cities)
            .WithTags("Cities")
            .WithName("listCitiesOfRegion")
            .WithSummary("List the cities of a region")
            .WithDescription(
                "The cities of a first-order administrative division, by its code (country.admin1) or GeoNames id.")
            .ProducesFeatures(CityCollections.Cities)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [FromQuery, Description(Filters.CountriesDescription)]
        [Example("GB"), StringLength(Filters.MaximumListLength)]
        string? country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(new FeatureQuery(PlaceCollections.Regions).WhereCountry(country), list, feature);

    private static FeatureResult Get(
        [Description(RegionDescription), Example("GB.ENG")] string region,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            new FeatureQuery(PlaceCollections.Regions).Where($"region.id = {Filters.RegionId(region)}"), feature);

    private static FeatureResult Names(
        [Description(RegionDescription), Example("GB.ENG")] string region,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("regions", Filters.RegionId(region)), list, feature);

    private static FeatureResult Cities(
        [Description(RegionDescription), Example("GB.ENG")] string region,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(new FeatureQuery(CityCollections.Cities).WhereExistingRegion(region), list, feature);
}

using System.ComponentModel;

namespace Cities.Api.Places;

/// <summary>The endpoints for continents.</summary>
internal static class ContinentsEndpoints
{
    public static void MapContinents(this IEndpointRouteBuilder api)
    {
        var continents = api.MapGroup("/continents").WithTags("Continents");
        continents.MapGet("", List)
            .WithName("listContinents")
            .WithSummary("List continents")
            .WithDescription("The continents of GeoNames, ordered by id.")
            .ProducesFeatures(PlaceCollections.Continents);
        continents.MapGet("/{continent}", Get)
            .WithName("getContinent")
            .WithSummary("Get a continent")
            .WithDescription("One continent by GeoNames' code or its GeoNames id. The code is not case-sensitive.")
            .ProducesFeature(PlaceCollections.Continents)
            .ProducesNotFound();
        continents.MapGet("/{continent}/names", Names).ProducesNames("continent");
    }

    private static FeatureResult List(
        [AsParameters] ListRequest list, [AsParameters] FeatureRequest feature, FeatureResults results) =>
        results.Page(new FeatureQuery(PlaceCollections.Continents), list, feature);

    private static FeatureResult Get(
        [Description("GeoNames' code or GeoNames id of the continent."), Example("EU")] string continent,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            new FeatureQuery(PlaceCollections.Continents).Where($"continent.id = {Filters.ContinentId(continent)}"),
            feature);

    private static FeatureResult Names(
        [Description("GeoNames' code or GeoNames id of the continent."), Example("EU")] string continent,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("continents", Filters.ContinentId(continent)), list, feature);
}

using System.ComponentModel;

namespace Cities.Api.Places;

/// <summary>The endpoints for countries and dependent territories.</summary>
internal static class CountriesEndpoints
{
    private const string CountryDescription = "ISO 3166-1 alpha-2 or alpha-3 code or GeoNames id of the country.";

    public static void MapCountries(this IEndpointRouteBuilder api)
    {
        var countries = api.MapGroup("/countries").WithTags("Countries");
        countries.MapGet("", List)
            .WithName("listCountries")
            .WithSummary("List countries")
            .WithDescription("All countries and dependent territories, ordered by id.")
            .ProducesFeatures(PlaceCollections.Countries);
        countries.MapGet("/{country}", Get)
            .WithName("getCountry")
            .WithSummary("Get a country")
            .WithDescription(
                "One country by its ISO 3166-1 alpha-2 or alpha-3 code or its GeoNames id. The code is not "
                + "case-sensitive.")
            .ProducesFeature(PlaceCollections.Countries)
            .ProducesNotFound();
        countries.MapGet("/{country}/names", Names).ProducesNames("country");
        countries.MapGet("/{country}/regions", Regions)
            .WithTags("Regions")
            .WithName("listRegionsOfCountry")
            .WithSummary("List the regions of a country")
            .WithDescription("The first-order administrative divisions of a country, ordered by id.")
            .ProducesFeatures(PlaceCollections.Regions)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [AsParameters] ListRequest list, [AsParameters] FeatureRequest feature, FeatureResults results) =>
        results.Page(new FeatureQuery(PlaceCollections.Countries), list, feature);

    private static FeatureResult Get(
        [Description(CountryDescription), Example("IE")] string country,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            new FeatureQuery(PlaceCollections.Countries).Where($"country.id = {Filters.CountryId(country)}"), feature);

    private static FeatureResult Names(
        [Description(CountryDescription), Example("GB")] string country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("countries", Filters.CountryId(country)), list, feature);

    private static FeatureResult Regions(
        [Description(CountryDescription), Example("GB")] string country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(new FeatureQuery(PlaceCollections.Regions).WhereExistingCountry(country), list, feature);
}

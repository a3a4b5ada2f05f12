using System.ComponentModel;

namespace Cities.Api.Places;

/// <summary>The endpoints for countries and dependent territories.</summary>
internal static class CountriesEndpoints
{
    public static void MapCountries(this IEndpointRouteBuilder api)
    {
        var countries = api.MapGroup("/countries").WithTags("Countries");
        countries.MapGet("", ListAsync)
            .WithName("listCountries")
            .WithSummary("List countries")
            .WithDescription("All countries and dependent territories, ordered by id.")
            .WithExample(Examples.PageOf(CountryResponse.Example));
        countries.MapGet("/{country}", GetAsync)
            .WithName("getCountry")
            .WithSummary("Get a country")
            .WithDescription(
                "One country by its ISO 3166-1 alpha-2 code or its GeoNames id. The code is not case-sensitive.")
            .WithExample(CountryResponse.Example)
            .ProducesNotFound();
        countries.MapGet("/{country}/regions", Regions)
            .WithTags("Regions")
            .WithName("listRegionsOfCountry")
            .WithSummary("List the regions of a country")
            .WithDescription("The first-order administrative divisions of a country, ordered by id.")
            .ProducesFeatures(PlaceCollections.Regions)
            .ProducesNotFound();
    }

    private static FeatureResult Regions(
        [Description("ISO 3166-1 alpha-2 code or GeoNames id of the country."), Example("GB")] string country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(new FeatureQuery(PlaceCollections.Regions).WhereExistingCountry(country), list, feature);

    private static async Task<Ok<Page<CountryResponse>>> ListAsync(
        [AsParameters] PageRequest page, HttpContext context, Snapshots snapshots) =>
        TypedResults.Ok((await snapshots.ReadPageAsync(
            context,
            page,
            CountryResponse.Columns,
            CountryResponse.Table,
            condition: null,
            $"country.id",
            CountryResponse.Read))!);

    private static async Task<Results<Ok<CountryResponse>, NotFound>> GetAsync(
        [Description("ISO 3166-1 alpha-2 code or GeoNames id of the country."), Example("IE")] string country,
        HttpContext context,
        Snapshots snapshots)
    {
        SqlText condition = int.TryParse(country, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? $"country.id = {id}"
            : (SqlText)$"country.code = {country.ToUpperInvariant()}";
        await using var snapshot = await snapshots.OpenAsync(
            context, $"SELECT {CountryResponse.Columns} FROM {CountryResponse.Table} WHERE {condition}");
        return await snapshot.Reader.ReadAsync(context.RequestAborted)
            ? TypedResults.Ok(CountryResponse.Read(snapshot.Reader))
            : TypedResults.NotFound();
    }
}

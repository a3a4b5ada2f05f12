using System.ComponentModel;
using System.Globalization;
using Cities.Api.Documentation;
using Cities.Api.Features;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cities.Api.Endpoints;

/// <summary>Countries and dependent territories.</summary>
internal static class CountriesEndpoints
{
    public static void MapCountries(this IEndpointRouteBuilder api)
    {
        var countries = api.MapGroup("/countries").WithTags("Countries");
        countries.MapGet("", ListAsync)
            .WithName("listCountries")
            .WithSummary("List countries")
            .WithDescription("All countries and dependent territories, in the order of their ids.")
            .WithExample(Examples.PageOf(CountryResponse.Example));
        countries.MapGet("/{country}", GetAsync)
            .WithName("getCountry")
            .WithSummary("Get a country")
            .WithDescription("One country by its ISO 3166-1 alpha-2 code, whatever the case, or its GeoNames id.")
            .WithExample(CountryResponse.Example)
            .ProducesNotFound();
        countries.MapGet("/{country}/regions", Regions)
            .WithTags("Regions")
            .WithName("listRegionsOfCountry")
            .WithSummary("List the regions of a country")
            .WithDescription("The first-order administrative divisions of a country, in the order of their ids.")
            .ProducesFeatures(Collections.Regions, RegionResponse.Example)
            .ProducesNotFound();
    }

    private static FeatureResult Regions(
        [Description("ISO 3166-1 alpha-2 code or GeoNames id of the country."), Example("GB")] string country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Regions);
        query.WhereExistingCountry(country);
        return feature.Page(query, list);
    }

    private static async Task<Ok<Page<CountryResponse>>> ListAsync(
        [AsParameters] PageRequest page, HttpContext context, Snapshots snapshots) =>
        TypedResults.Ok((await snapshots.ReadPageAsync(
            context, page, CountryResponse.Columns, CountryResponse.Table, "country.id", CountryResponse.Read))!);

    private static async Task<Results<Ok<CountryResponse>, NotFound>> GetAsync(
        [Description("ISO 3166-1 alpha-2 code or GeoNames id of the country."), Example("IE")] string country,
        HttpContext context,
        Snapshots snapshots)
    {
        var (column, value) = int.TryParse(country, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? ("id", (object)id)
            : ("code", country.ToUpperInvariant());
        await using var snapshot = await snapshots.OpenAsync(context, Sql.Command(
            $"SELECT {CountryResponse.Columns} FROM {CountryResponse.Table} WHERE country.{column} = $1", value));
        return await snapshot.Reader.ReadAsync(context.RequestAborted)
            ? TypedResults.Ok(CountryResponse.Read(snapshot.Reader))
            : TypedResults.NotFound();
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>Populated places.</summary>
internal static class CitiesEndpoints
{
    public static void MapCities(this IEndpointRouteBuilder api)
    {
        var cities = api.MapGroup("/cities").WithTags("Cities");
        cities.MapGet("", ListAsync)
            .WithName("listCities")
            .WithSummary("List cities")
            .WithDescription("All cities, in the order of their ids.")
            .WithExample(Examples.PageOf(CityResponse.Example));
        cities.MapGet("/{id:int}", GetAsync)
            .WithName("getCity")
            .WithSummary("Get a city")
            .WithDescription("One city by its GeoNames id.")
            .WithExample(CityResponse.Example)
            .ProducesNotFound();
        cities.MapGet("/autocomplete", AutocompleteAsync)
            .WithName("autocompleteCities")
            .WithSummary("Suggest cities by a part of their name")
            .WithDescription(
                "Cities whose name contains the query, whatever the case; those that begin with it come first, then those "
                + "with more inhabitants. Without a query, all cities.")
            .WithExample(Examples.PageOf(CityNameResponse.Example));
    }

    private static async Task<Ok<Page<CityResponse>>> ListAsync(
        [AsParameters] PageRequest page, CitiesDbContext context, HttpRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await context.Cities
            .OrderBy(city => city.Id)
            .ToPageAsync(CityResponse.Projection, page, request, cancellationToken));

    private static async Task<Results<Ok<CityResponse>, NotFound>> GetAsync(
        [Description("GeoNames id of the city."), Example("2643743")] int id,
        CitiesDbContext context,
        CancellationToken cancellationToken) =>
        await context.Cities
            .Where(city => city.Id == id)
            .Select(CityResponse.Projection)
            .FirstOrDefaultAsync(cancellationToken) is { } city
            ? TypedResults.Ok(city)
            : TypedResults.NotFound();

    private static async Task<Ok<Page<CityNameResponse>>> AutocompleteAsync(
        [FromQuery, Description("Part of the name."), Example("lond"), StringLength(100)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field query must not hold a NUL character.")]
        string? query,
        [AsParameters] PageRequest page,
        CitiesDbContext context,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(query))
        {
            return TypedResults.Ok(await context.Cities
                .OrderBy(city => city.Id)
                .ToPageAsync(CityNameResponse.Projection, page, request, cancellationToken));
        }

        var pattern = LikePattern.Escape(query);
        return TypedResults.Ok(await context.Cities
            .Where(city => EF.Functions.ILike(city.Name, $"%{pattern}%"))
            .OrderByDescending(city => EF.Functions.ILike(city.Name, $"{pattern}%"))
            .ThenByDescending(city => city.Population)
            .ThenBy(city => city.Id)
            .ToPageAsync(CityNameResponse.Projection, page, request, cancellationToken));
    }
}

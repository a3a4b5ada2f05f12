using System.ComponentModel;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>Second-order administrative divisions.</summary>
internal static class SubregionsEndpoints
{
    public static void MapSubregions(this IEndpointRouteBuilder api)
    {
        var subregions = api.MapGroup("/subregions").WithTags("Subregions");
        subregions.MapGet("", ListAsync)
            .WithName("listSubregions")
            .WithSummary("List subregions")
            .WithDescription("All second-order administrative divisions, in the order of their ids.")
            .WithExample(Examples.PageOf(SubregionResponse.Example));
        subregions.MapGet("/{id:int}", GetAsync)
            .WithName("getSubregion")
            .WithSummary("Get a subregion")
            .WithDescription("One second-order administrative division by its GeoNames id.")
            .WithExample(SubregionResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<SubregionResponse>>> ListAsync(
        [AsParameters] PageRequest page, CitiesDbContext context, HttpRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await context.Subregions
            .OrderBy(subregion => subregion.Id)
            .ToPageAsync(SubregionResponse.Projection, page, request, cancellationToken));

    private static async Task<Results<Ok<SubregionResponse>, NotFound>> GetAsync(
        [Description("GeoNames id of the subregion."), Example("2648110")] int id,
        CitiesDbContext context,
        CancellationToken cancellationToken) =>
        await context.Subregions
            .Where(subregion => subregion.Id == id)
            .Select(SubregionResponse.Projection)
            .FirstOrDefaultAsync(cancellationToken) is { } subregion
            ? TypedResults.Ok(subregion)
            : TypedResults.NotFound();
}

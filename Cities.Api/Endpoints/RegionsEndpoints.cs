using System.ComponentModel;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>First-order administrative divisions.</summary>
internal static class RegionsEndpoints
{
    public static void MapRegions(this IEndpointRouteBuilder api)
    {
        var regions = api.MapGroup("/regions").WithTags("Regions");
        regions.MapGet("", ListAsync)
            .WithName("listRegions")
            .WithSummary("List regions")
            .WithDescription("All first-order administrative divisions, in the order of their ids.")
            .WithExample(Examples.PageOf(RegionResponse.Example));
        regions.MapGet("/{id:int}", GetAsync)
            .WithName("getRegion")
            .WithSummary("Get a region")
            .WithDescription("One first-order administrative division by its GeoNames id.")
            .WithExample(RegionResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Ok<Page<RegionResponse>>> ListAsync(
        [AsParameters] PageRequest page, CitiesDbContext context, HttpRequest request, CancellationToken cancellationToken) =>
        TypedResults.Ok(await context.Regions
            .OrderBy(region => region.Id)
            .ToPageAsync(RegionResponse.Projection, page, request, cancellationToken));

    private static async Task<Results<Ok<RegionResponse>, NotFound>> GetAsync(
        [Description("GeoNames id of the region."), Example("6269131")] int id,
        CitiesDbContext context,
        CancellationToken cancellationToken) =>
        await context.Regions
            .Where(region => region.Id == id)
            .Select(RegionResponse.Projection)
            .FirstOrDefaultAsync(cancellationToken) is { } region
            ? TypedResults.Ok(region)
            : TypedResults.NotFound();
}

using System.ComponentModel;
using Cities.Api.Documentation;
using Cities.Api.Paging;
using Cities.Api.Responses;
using Cities.Api.Telemetry;
using Cities.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Endpoints;

/// <summary>Sections of a city.</summary>
internal static class DistrictsEndpoints
{
    public static void MapDistricts(this IEndpointRouteBuilder api)
    {
        var districts = api.MapGroup("/cities/{cityId:int}/districts").WithTags("Districts").WithCity("cityId");
        districts.MapGet("", ListAsync)
            .WithName("listDistricts")
            .WithSummary("List the districts of a city")
            .WithDescription("The sections of a city, in the order of their ids; none for a city that has none.")
            .WithExample(Examples.PageOf(DistrictResponse.Example))
            .ProducesNotFound();
        districts.MapGet("/{districtId:int}", GetAsync)
            .WithName("getDistrict")
            .WithSummary("Get a district of a city")
            .WithDescription("One section of a city by its GeoNames id.")
            .WithExample(DistrictResponse.Example)
            .ProducesNotFound();
    }

    private static async Task<Results<Ok<Page<DistrictResponse>>, NotFound>> ListAsync(
        [Description("GeoNames id of the city."), Example("2643743")] int cityId,
        [AsParameters] PageRequest page,
        CitiesDbContext context,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        var districts = await context.Districts
            .Where(district => district.CityId == cityId)
            .OrderBy(district => district.Id)
            .ToPageAsync(DistrictResponse.Projection, page, request, cancellationToken);
        return districts.Count > 0 || await context.Cities.AnyAsync(city => city.Id == cityId, cancellationToken)
            ? TypedResults.Ok(districts)
            : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<DistrictResponse>, NotFound>> GetAsync(
        [Description("GeoNames id of the city."), Example("2643743")] int cityId,
        [Description("GeoNames id of the district."), Example("2641598")] int districtId,
        CitiesDbContext context,
        CancellationToken cancellationToken) =>
        await context.Districts
            .Where(district => district.Id == districtId && district.CityId == cityId)
            .Select(DistrictResponse.Projection)
            .FirstOrDefaultAsync(cancellationToken) is { } district
            ? TypedResults.Ok(district)
            : TypedResults.NotFound();
}

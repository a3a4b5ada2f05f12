using System.ComponentModel;

namespace Cities.Api.Places;

/// <summary>The endpoints for the districts of a city.</summary>
internal static class DistrictsEndpoints
{
    public static void MapDistricts(this IEndpointRouteBuilder api)
    {
        var districts = api.MapGroup("/cities/{cityId:int}/districts").WithTags("Districts").WithCity("cityId");
        districts.MapGet("", ListAsync)
            .WithName("listDistricts")
            .WithSummary("List the districts of a city")
            .WithDescription("The sections of a city, ordered by id. The list is empty if the city has none.")
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
        HttpContext context,
        Snapshots snapshots) =>
        await snapshots.ReadPageAsync(
            context,
            page,
            DistrictResponse.Columns,
            DistrictResponse.Table,
            $"district.city_id = {cityId}",
            $"district.id",
            DistrictResponse.Read,
            owner: $"SELECT FROM cities WHERE id = {cityId}") is { } districts
            ? TypedResults.Ok(districts)
            : TypedResults.NotFound();

    private static async Task<Results<Ok<DistrictResponse>, NotFound>> GetAsync(
        [Description("GeoNames id of the city."), Example("2643743")] int cityId,
        [Description("GeoNames id of the district."), Example("2641598")] int districtId,
        HttpContext context,
        Snapshots snapshots)
    {
        await using var snapshot = await snapshots.OpenAsync(
            context,
            $"""
            SELECT {DistrictResponse.Columns} FROM {DistrictResponse.Table}
            WHERE district.id = {districtId} AND district.city_id = {cityId}
            """);
        return await snapshot.Reader.ReadAsync(context.RequestAborted)
            ? TypedResults.Ok(DistrictResponse.Read(snapshot.Reader))
            : TypedResults.NotFound();
    }
}

/// <summary>A section of a populated place.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name in Latin letters, in the local spelling.</param>
/// <param name="City">Name of the city that the district belongs to.</param>
/// <param name="Population">Number of inhabitants; 0 if it is not known.</param>
public sealed record DistrictResponse(int Id, string Name, string? City, long Population)
{
    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns = $"district.id, district.name, city.name, district.population";

    /// <summary>The tables of <see cref="Columns"/>.</summary>
    internal static readonly SqlText Table = $"districts district JOIN cities city ON city.id = district.city_id";

    internal static DistrictResponse Read(NpgsqlDataReader reader) =>
        new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));

    internal static DistrictResponse Example { get; } = new(2641598, "New Malden", "London", 27793);
}


namespace Cities.Api.Imports;

/// <summary>The endpoint for statistics of the data.</summary>
internal static class StatsEndpoints
{
    public static void MapStats(this IEndpointRouteBuilder api) =>
        api.MapGet("/stats", GetAsync)
            .WithTags("Operations")
            .WithName("getStats")
            .WithSummary("Get statistics of the data")
            .WithDescription(
                "The numbers of cities, divisions, postal codes and names, the number of cities of each country, and "
                + "the version of the data with the import that it comes from.")
            .WithExample(StatsResponse.Example);

    private static async Task<Ok<StatsResponse>> GetAsync(Statistics statistics, HttpContext context) =>
        TypedResults.Ok(await statistics.GetAsync(context));
}


namespace Cities.Api.Imports;

/// <summary>What data there is.</summary>
internal static class StatsEndpoints
{
    public static void MapStats(this IEndpointRouteBuilder api) =>
        api.MapGet("/stats", GetAsync)
            .WithTags("Operations")
            .WithName("getStats")
            .WithSummary("Count everything")
            .WithDescription(
                "How many cities, divisions, codes and names there are, the cities of each country, and the version of the data with the "
                + "import that it comes from.")
            .WithExample(StatsResponse.Example);

    private static async Task<Ok<StatsResponse>> GetAsync(Statistics statistics, HttpContext context) =>
        TypedResults.Ok(await statistics.GetAsync(context));
}

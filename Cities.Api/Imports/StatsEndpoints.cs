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

/// <summary>Statistics of the data.</summary>
/// <param name="Version">
/// The version of the data. All successful imports and all edits change it. Null before the first import.
/// </param>
/// <param name="LastImport">The last successful run of the importer, or null before the first one.</param>
/// <param name="Counts">The total numbers.</param>
/// <param name="Countries">The numbers of each country, ordered by code.</param>
public sealed record StatsResponse(
    string? Version,
    LastImportResponse? LastImport,
    CountsResponse Counts,
    IReadOnlyList<CountryStatsResponse> Countries)
{
    internal static StatsResponse Example { get; } = new(
        "2-8df03a1b3a2f4d0",
        new LastImportResponse(
            2,
            ImportOperation.Update,
            new DateTimeOffset(2026, 11, 25, 4, 0, 3, 250, TimeSpan.Zero),
            "https://download.geonames.org",
            false,
            new DateOnly(2026, 11, 24)),
        new CountsResponse(2699, 67, 1, 4, 149, 1880, 14230),
        [new CountryStatsResponse("GB", "United Kingdom", 2699, 61204512)]);
}

/// <summary>The last successful run of the importer.</summary>
/// <param name="Id">The id of the run, for <c>/api/v1/imports/{id}</c>.</param>
/// <param name="Operation">The operation: import, update (GeoNames' daily changes) or flush.</param>
/// <param name="FinishedAt">The end time, UTC.</param>
/// <param name="Source">
/// The scheme and host of the source of the files, or "the bundled sample"; null for a folder or without files.
/// </param>
/// <param name="IsSample">Whether the files were the sample that is bundled with the importer.</param>
/// <param name="ChangesThrough">The last day whose changes the data contains, or null if it is not known.</param>
public sealed record LastImportResponse(
    long Id,
    ImportOperation Operation,
    DateTimeOffset FinishedAt,
    string? Source,
    bool IsSample,
    DateOnly? ChangesThrough);

/// <summary>The total numbers of the data.</summary>
/// <param name="Cities">The number of populated places.</param>
/// <param name="Districts">The number of sections of populated places.</param>
/// <param name="Countries">The number of countries and dependent territories.</param>
/// <param name="Regions">The number of first-order administrative divisions.</param>
/// <param name="Subregions">The number of second-order administrative divisions.</param>
/// <param name="PostalCodes">The number of postal codes. Each place with a code counts separately.</param>
/// <param name="AlternativeNames">The number of alternative names, links and codes of places.</param>
public sealed record CountsResponse(
    long Cities,
    long Districts,
    long Countries,
    long Regions,
    long Subregions,
    long PostalCodes,
    long AlternativeNames);

/// <summary>The numbers of a country.</summary>
/// <param name="Code">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Name">English name of the country.</param>
/// <param name="Cities">The number of cities.</param>
/// <param name="Population">The number of inhabitants of all cities together.</param>
public sealed record CountryStatsResponse(string Code, string Name, long Cities, long Population);

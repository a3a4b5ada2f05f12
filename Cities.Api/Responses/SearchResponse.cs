namespace Cities.Api.Responses;

/// <summary>A city that a search has found.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Name">Name, in the language asked for where GeoNames has one.</param>
/// <param name="Region">Name of the first-order administrative division, or null where GeoNames names none.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Country">English name of the country.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Population">Number of inhabitants; 0 where GeoNames does not know it.</param>
/// <param name="MatchedName">The name that was found.</param>
/// <param name="MatchedLanguage">The language of the name that was found, if it is an alternative name that has one.</param>
/// <param name="Score">
/// How good the match is: 3 equal, 2 begins with the query, half a point less for an alternative name; below 1 the similarity, weighted by population.
/// </param>
public sealed record SearchResponse(
    int Id,
    string Name,
    string? Region,
    LocationResponse Location,
    string Country,
    string CountryCode,
    long Population,
    string MatchedName,
    string? MatchedLanguage,
    double Score)
{
    internal static SearchResponse Example { get; } = new(
        2643743, "London", "England", new LocationResponse(-0.12574, 51.50853), "United Kingdom", "GB", 8961989, "London", null, 0.614);
}

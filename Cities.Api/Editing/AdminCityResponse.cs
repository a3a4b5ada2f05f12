using System.Text.Json.Serialization;

namespace Cities.Api.Editing;

/// <summary>A city for editors, with its current values and its corrections.</summary>
/// <param name="Id">GeoNames id. The ids of local places start at 2000000000.</param>
/// <param name="Origin">The source of the city: geonames, corrected or local.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Values">The current values.</param>
/// <param name="Corrected">The corrected properties of <c>values</c>; empty for a local place.</param>
/// <param name="GeoNames">
/// The values of GeoNames, which reverting the corrections restores; null without corrections.
/// </param>
/// <param name="ChangedBy">The name of the client that made the last change, or null without changes.</param>
/// <param name="ChangedAt">The time of the last change, UTC, or null without changes.</param>
/// <param name="Names">The names that editors have added, ordered by id.</param>
public sealed record AdminCityResponse(
    int Id,
    Origin Origin,
    string CountryCode,
    CityValuesResponse Values,
    IReadOnlyList<string> Corrected,
    [property: JsonPropertyName("geonames")] CityValuesResponse? GeoNames,
    string? ChangedBy,
    DateTimeOffset? ChangedAt,
    IReadOnlyList<LocalNameResponse> Names)
{
    internal static AdminCityResponse Example { get; } = new(
        2643743,
        Origin.Corrected,
        "GB",
        CityValuesResponse.Example with { Population = 9089736 },
        ["population"],
        CityValuesResponse.Example,
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        [LocalNameResponse.Example]);

    internal static AdminCityResponse ExampleOfLocal { get; } = new(
        2000000000,
        Origin.Local,
        "GB",
        new CityValuesResponse(
            "Poundbury",
            "Poundbury",
            "PPL",
            6269131,
            null,
            4600,
            null,
            "Europe/London",
            new LocationResponse(-2.4622, 50.7122)),
        [],
        null,
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 31, 0, TimeSpan.Zero),
        []);
}

using System.Text.Json.Serialization;

namespace Cities.Api.Editing;

/// <summary>A city as editors see it: what is served, and where it comes from.</summary>
/// <param name="Id">GeoNames id, or one from 2000000000 on for a local place.</param>
/// <param name="Origin">Where it comes from: geonames, corrected or local.</param>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country.</param>
/// <param name="Values">What is served.</param>
/// <param name="Corrected">The members of <c>values</c> that an editor has corrected; of a local place none.</param>
/// <param name="GeoNames">What GeoNames says, and what comes back with a revert; null where nothing is corrected.</param>
/// <param name="ChangedBy">Who changed it last, or null where nobody has.</param>
/// <param name="ChangedAt">When, UTC, or null.</param>
/// <param name="Names">The names that editors have added, in the order of their ids.</param>
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
        new CityValuesResponse("Poundbury", "Poundbury", "PPL", 6269131, null, 4600, null, "Europe/London", new LocationResponse(-2.4622, 50.7122)),
        [],
        null,
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 31, 0, TimeSpan.Zero),
        []);
}

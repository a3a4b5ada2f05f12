using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>The properties of a city that editors can correct.</summary>
/// <param name="Name">Name in Latin letters, in the local spelling.</param>
/// <param name="AsciiName">The name in ASCII.</param>
/// <param name="FeatureCode">GeoNames feature code, such as PPLC for the capital of a country.</param>
/// <param name="RegionId">Id of the first-order administrative division, or null.</param>
/// <param name="SubregionId">Id of the second-order administrative division, or null.</param>
/// <param name="Population">Number of inhabitants; 0 if it is not known.</param>
/// <param name="Elevation">Metres above sea level, or null if it is not known.</param>
/// <param name="Timezone">IANA time zone id, or null if it is not known.</param>
/// <param name="Location">The location.</param>
public sealed record CityValuesResponse(
    string Name,
    string AsciiName,
    string FeatureCode,
    int? RegionId,
    int? SubregionId,
    long Population,
    int? Elevation,
    string? Timezone,
    LocationResponse Location)
{
    internal static CityValuesResponse Example { get; } = new(
        "London",
        "London",
        "PPLC",
        6269131,
        2648110,
        8961989,
        null,
        "Europe/London",
        new LocationResponse(-0.12574, 51.50853));

    /// <summary>Reads a row of the table in the form that corrections store.</summary>
    internal static CityValuesResponse FromRow(JsonObject row)
    {
        var coordinates = row["location"]!["coordinates"]!.AsArray();
        return new CityValuesResponse(
            (string)row["name"]!,
            (string)row["ascii_name"]!,
            (string)row["feature_code"]!,
            (int?)row["region_id"],
            (int?)row["subregion_id"],
            (long)row["population"]!,
            (int?)row["elevation"],
            (string?)row["timezone"],
            new LocationResponse((double)coordinates[0]!, (double)coordinates[1]!));
    }
}

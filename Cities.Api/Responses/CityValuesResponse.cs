using System.Text.Json;

namespace Cities.Api.Responses;

/// <summary>What can be corrected of a city.</summary>
/// <param name="Name">Name in Latin letters, as people of the place write it.</param>
/// <param name="AsciiName">The name in ASCII.</param>
/// <param name="FeatureCode">GeoNames feature code, such as PPLC for the capital of a country.</param>
/// <param name="RegionId">Id of the first-order administrative division, or null.</param>
/// <param name="SubregionId">Id of the second-order administrative division, or null.</param>
/// <param name="Population">Number of inhabitants; 0 where it is not known.</param>
/// <param name="Elevation">Metres above sea level, or null where it is not known.</param>
/// <param name="Timezone">IANA time zone id, or null where it is not known.</param>
/// <param name="Location">Where it is.</param>
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
        "London", "London", "PPLC", 6269131, 2648110, 8961989, null, "Europe/London", new LocationResponse(-0.12574, 51.50853));

    /// <summary>Reads a row of the table, as corrections keep it.</summary>
    internal static CityValuesResponse FromRow(JsonElement row)
    {
        var coordinates = row.GetProperty("location").GetProperty("coordinates");
        return new CityValuesResponse(
            row.GetProperty("name").GetString()!,
            row.GetProperty("ascii_name").GetString()!,
            row.GetProperty("feature_code").GetString()!,
            OptionalInt32(row.GetProperty("region_id")),
            OptionalInt32(row.GetProperty("subregion_id")),
            row.GetProperty("population").GetInt64(),
            OptionalInt32(row.GetProperty("elevation")),
            row.GetProperty("timezone").GetString(),
            new LocationResponse(coordinates[0].GetDouble(), coordinates[1].GetDouble()));

        static int? OptionalInt32(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt32();
    }
}

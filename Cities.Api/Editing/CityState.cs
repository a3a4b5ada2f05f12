using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>A city with its correction and the names that editors have added.</summary>
/// <param name="Response">The answer to a request for the city.</param>
/// <param name="CountryId">The id of the country.</param>
/// <param name="Changes">The corrected columns with their values, or null if the city has no correction.</param>
internal sealed record CityState(AdminCityResponse Response, int CountryId, JsonObject? Changes)
{
    private const int TagBytes = 16;

    /// <summary>
    /// A strong ETag, with its quotes, of the answer. An import that changes nothing in the answer does not change the
    /// ETag.
    /// </summary>
    public string ETag { get; } = Hash(Response);

    public bool IsLocal => Response.Origin is Origin.Local;

    /// <summary>Reads the state of a city, or null if the city does not exist.</summary>
    public static async Task<CityState?> FindAsync(ISqlReader database, int id, CancellationToken cancellationToken)
    {
        await using var reader = await database.OpenAsync(
            [
                $"""
                SELECT city.name, city.ascii_name, city.feature_code, city.region_id, city.subregion_id,
                  city.population, city.elevation, city.timezone, ST_X(city.location), ST_Y(city.location),
                  country.code, city.country_id
                FROM cities city JOIN countries country ON country.id = city.country_id
                WHERE city.id = {id}
                """,
                $"""
                SELECT changes::text, geonames::text, changed_by, changed_at
                FROM administration.city_corrections WHERE city_id = {id}
                """,
                $"""
                SELECT {LocalNameResponse.Columns} FROM administration.local_names WHERE city_id = {id} ORDER BY id
                """,
            ],
            cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var values = new CityValuesResponse(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetOptional<int>(3),
            reader.GetOptional<int>(4),
            reader.GetInt64(5),
            reader.GetOptional<int>(6),
            reader.GetOptionalString(7),
            new LocationResponse(reader.GetDouble(8), reader.GetDouble(9)));
        var (countryCode, countryId) = (reader.GetString(10), reader.GetInt32(11));

        await reader.NextResultAsync(cancellationToken);
        Correction? correction = await reader.ReadAsync(cancellationToken) ? Correction.Read(reader) : null;
        await reader.NextResultAsync(cancellationToken);
        var names = new List<LocalNameResponse>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(LocalNameResponse.Read(reader));

        var isLocal = id >= CityCorrection.FirstLocalId;
        var response = new AdminCityResponse(
            id,
            isLocal ? Origin.Local : correction is null ? Origin.GeoNames : Origin.Corrected,
            countryCode,
            values,
            isLocal || correction is null ? [] : CityMember.In(correction.Changes),
            correction?.GeoNames,
            correction?.ChangedBy,
            correction?.ChangedAt,
            names);
        return new CityState(response, countryId, correction?.Changes);
    }

    private static string Hash(AdminCityResponse response)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(response, ApiJsonContext.Default.AdminCityResponse);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, TagBytes))}\"";
    }

    private sealed record Correction(
        JsonObject Changes, CityValuesResponse? GeoNames, string ChangedBy, DateTimeOffset ChangedAt)
    {
        public static Correction Read(NpgsqlDataReader reader) => new(
            JsonNode.Parse(reader.GetString(0))!.AsObject(),
            reader.GetOptionalString(1) is { } row
                ? CityValuesResponse.FromRow(JsonNode.Parse(row)!.AsObject())
                : null,
            reader.GetString(2),
            reader.GetFieldValue<DateTimeOffset>(3));
    }
}

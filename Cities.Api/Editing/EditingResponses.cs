using System.Text.Json.Nodes;
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

/// <summary>The source of a city or of a name.</summary>
public enum Origin
{
    /// <summary>GeoNames.</summary>
    [JsonStringEnumMemberName("geonames")]
    GeoNames,

    /// <summary>GeoNames, with corrections by an editor.</summary>
    Corrected,

    /// <summary>An editor, who has added the place or name.</summary>
    Local,
}

/// <summary>A corrected city, or a local place.</summary>
/// <param name="Id">The id of the city.</param>
/// <param name="Origin">The source of the city: corrected or local.</param>
/// <param name="Name">
/// The name, or null if the data does not contain the city: GeoNames has removed it, or its country is not imported.
/// </param>
/// <param name="Corrected">The corrected properties; empty for a local place.</param>
/// <param name="ChangedBy">The name of the client that made the last change.</param>
/// <param name="ChangedAt">The time of the last change, UTC.</param>
public sealed record CorrectionResponse(
    int Id, Origin Origin, string? Name, IReadOnlyList<string> Corrected, string ChangedBy, DateTimeOffset ChangedAt)
{
    internal static CorrectionResponse Example { get; } = new(
        2643743,
        Origin.Corrected,
        "London",
        ["population"],
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero));

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"""
        correction.city_id, correction.is_local, city.name, correction.changes::text, correction.changed_by,
        correction.changed_at
        """;

    internal static CorrectionResponse Read(NpgsqlDataReader reader)
    {
        var isLocal = reader.GetBoolean(1);
        return new CorrectionResponse(
            reader.GetInt32(0),
            isLocal ? Origin.Local : Origin.Corrected,
            reader.GetOptionalString(2),
            isLocal ? [] : CityMember.In(JsonNode.Parse(reader.GetString(3))!.AsObject()),
            reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5));
    }
}

/// <summary>A name that an editor has added to a city.</summary>
/// <param name="Id">The id of the name. The ids of added names start at 2000000000.</param>
/// <param name="Name">The name.</param>
/// <param name="Language">ISO 639 code of the language, or null if the name has no language.</param>
/// <param name="IsPreferred">Whether the name is the official or preferred one in its language.</param>
/// <param name="IsShort">Whether the name is a short form.</param>
/// <param name="IsColloquial">Whether the name is colloquial or slang.</param>
/// <param name="IsHistoric">Whether the name was used in the past.</param>
/// <param name="AddedBy">The name of the client that added the name.</param>
/// <param name="AddedAt">The time when the name was added, UTC.</param>
public sealed record LocalNameResponse(
    int Id,
    string Name,
    string? Language,
    bool IsPreferred,
    bool IsShort,
    bool IsColloquial,
    bool IsHistoric,
    string AddedBy,
    DateTimeOffset AddedAt)
{
    internal static LocalNameResponse Example { get; } = new(
        2000000000,
        "The Smoke",
        "en",
        false,
        false,
        true,
        false,
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 32, 0, TimeSpan.Zero));

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"id, name, language, is_preferred, is_short, is_colloquial, is_historic, added_by, added_at";

    internal static LocalNameResponse Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetString(1),
        reader.GetOptionalString(2),
        reader.GetBoolean(3),
        reader.GetBoolean(4),
        reader.GetBoolean(5),
        reader.GetBoolean(6),
        reader.GetString(7),
        reader.GetFieldValue<DateTimeOffset>(8));
}

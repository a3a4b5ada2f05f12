using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cities.Api.Editing;

/// <summary>A property of a city that editors can correct: how it is read, checked and stored.</summary>
/// <param name="Name">The name in requests and answers.</param>
/// <param name="Column">The name of the column.</param>
/// <param name="Of">Gets the value of a city.</param>
/// <param name="With">Makes a copy of a city with another value.</param>
/// <remarks>
/// <see cref="With"/> throws a <see cref="FormatException"/> whose message describes an invalid value.
/// </remarks>
internal sealed partial record CityMember(
    string Name,
    string Column,
    Func<CityValuesResponse, object?> Of,
    Func<CityValuesResponse, JsonElement, CityValuesResponse> With)
{
    /// <summary>Greater than the population of any city. The sum for a country does not overflow.</summary>
    public const long MaximumPopulation = 1_000_000_000;

    /// <summary>The range of elevations in metres includes the Dead Sea and Mount Everest.</summary>
    public const int MinimumElevation = -500;

    /// <inheritdoc cref="MinimumElevation"/>
    public const int MaximumElevation = 9000;

    public const int MaximumNameLength = 200;
    public const int MaximumTimezoneLength = 64;

    /// <summary>A regular expression for the feature codes of cities.</summary>
    public const string FeatureCodes = "^(PPL(?!X$)[A-Z0-9]{0,5}|STLMT)$";

    /// <summary>The decimal places of a degree. The last one is about a centimetre.</summary>
    private const int LocationDecimals = 7;

    public static IReadOnlyList<CityMember> All { get; } =
    [
        new("name", "name", city => city.Name, (city, value) => city with { Name = value.Text(MaximumNameLength) }),
        new("asciiName", "ascii_name", city => city.AsciiName, (city, value) => city with
        {
            AsciiName = AsciiText(value),
        }),
        new("featureCode", "feature_code", city => city.FeatureCode, (city, value) => city with
        {
            FeatureCode = PopulatedPlace(value),
        }),
        new("regionId", "region_id", city => city.RegionId, (city, value) => city with
        {
            RegionId = Optional(value, Id),
        }),
        new("subregionId", "subregion_id", city => city.SubregionId, (city, value) => city with
        {
            SubregionId = Optional(value, Id),
        }),
        new("population", "population", city => city.Population, (city, value) => city with
        {
            Population = value.Integer(0, MaximumPopulation),
        }),
        new("elevation", "elevation", city => city.Elevation, (city, value) => city with
        {
            Elevation = Optional(value, each => (int)each.Integer(MinimumElevation, MaximumElevation)),
        }),
        new("timezone", "timezone", city => city.Timezone, (city, value) => city with
        {
            Timezone = value.ValueKind == JsonValueKind.Null ? null : value.Text(MaximumTimezoneLength),
        }),
        new("location", "location", city => city.Location, (city, value) => city with
        {
            Location = Merge(city.Location, value),
        }),
    ];

    /// <summary>Finds a property by its name, or null.</summary>
    public static CityMember? Find(string name) => All.FirstOrDefault(member => member.Name == name);

    /// <summary>Lists the names of the properties that a correction changes.</summary>
    public static string[] In(JsonObject changes) =>
        [.. All.Where(member => changes.ContainsKey(member.Column)).Select(member => member.Name)];

    /// <summary>Converts the value of a city to the form that corrections store.</summary>
    public JsonNode? ToColumn(CityValuesResponse city) => Of(city) switch
    {
        null => null,
        string text => JsonValue.Create(text),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        LocationResponse location => new JsonObject
        {
            ["type"] = "Point",
            ["coordinates"] = new JsonArray(location.Longitude, location.Latitude),
        },
        var other => throw new InvalidOperationException($"{Name} is of the type {other.GetType()}."),
    };

    private static T? Optional<T>(JsonElement value, Func<JsonElement, T> read)
        where T : struct =>
        value.ValueKind == JsonValueKind.Null ? null : read(value);

    private static int Id(JsonElement value) => (int)value.Integer(1, int.MaxValue);

    private static string AsciiText(JsonElement value) =>
        value.Text(MaximumNameLength) is var text && text.All(char.IsAscii)
            ? text
            : throw new FormatException("The value is not ASCII.");

    private static string PopulatedPlace(JsonElement value) =>
        value.Text(MaximumNameLength) is var code && FeatureCodeOfCity().IsMatch(code)
            ? code
            : throw new FormatException(
                "The value is not a feature code of a city: use PPL or a code that begins with it, except PPLX, or "
                + "STLMT.");

    /// <summary>Applies a nested merge patch: a missing coordinate does not change.</summary>
    private static LocationResponse Merge(LocationResponse? location, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new FormatException("The value is not an object with longitude and latitude.");
        var (longitude, latitude) = (location?.Longitude, location?.Latitude);
        foreach (var coordinate in value.EnumerateObject())
        {
            switch (coordinate.Name)
            {
                case "longitude":
                    longitude = coordinate.Value.Number(-180, 180);
                    break;
                case "latitude":
                    latitude = coordinate.Value.Number(-90, 90);
                    break;
                default:
                    throw new FormatException($"Unknown property '{coordinate.Name}'.");
            }
        }

        return longitude is { } x && latitude is { } y
            ? new LocationResponse(Math.Round(x, LocationDecimals), Math.Round(y, LocationDecimals))
            : throw new FormatException("The value requires both longitude and latitude.");
    }

    [GeneratedRegex(FeatureCodes)]
    private static partial Regex FeatureCodeOfCity();
}

/// <summary>A merge patch (RFC 7396) of a city: the properties in the request with their values.</summary>
internal sealed class CityPatch
{
    /// <summary>A city to validate values with before the database is read.</summary>
    private static readonly CityValuesResponse Any = CityValuesResponse.Example;

    private readonly Dictionary<CityMember, JsonElement> _values = [];

    /// <summary>Validates a property and adds it to the patch.</summary>
    /// <param name="name">The name of the property.</param>
    /// <param name="value">The value of the property.</param>
    /// <param name="isNew">Whether the city is new, so that the patch has no location to merge with.</param>
    /// <returns>False if the property is unknown.</returns>
    /// <exception cref="FormatException">The value is invalid.</exception>
    public bool TryTake(string name, JsonElement value, bool isNew = false)
    {
        if (CityMember.Find(name) is not { } member)
            return false;
        member.With(isNew ? Any with { Location = null! } : Any, value);
        _values.Add(member, value.Clone());
        return true;
    }

    public bool Has(string name) => _values.Keys.Any(member => member.Name == name);

    public CityValuesResponse ApplyTo(CityValuesResponse city) =>
        _values.Aggregate(city, (patched, value) => value.Key.With(patched, value.Value));
}

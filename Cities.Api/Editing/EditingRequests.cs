using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Cities.Api.Editing;

/// <summary>A JSON merge patch (RFC 7396) of a city: properties that are missing stay as they are.</summary>
/// <param name="Name">
/// Name in Latin letters, in the local spelling. Without an asciiName, the ASCII name changes with it.
/// </param>
/// <param name="AsciiName">The name in ASCII.</param>
/// <param name="FeatureCode">
/// GeoNames feature code of a city: PPL and codes that begin with it, except PPLX, or STLMT.
/// </param>
/// <param name="RegionId">Id of the first-order administrative division, or null.</param>
/// <param name="SubregionId">Id of the second-order administrative division, or null.</param>
/// <param name="Population">Number of inhabitants; 0 if it is not known.</param>
/// <param name="Elevation">Metres above sea level, or null if it is not known.</param>
/// <param name="Timezone">IANA time zone id, or null if it is not known.</param>
/// <param name="Location">The location, or one of its coordinates.</param>
public sealed record CityPatchRequest(
    [property: StringLength(CityMember.MaximumNameLength, MinimumLength = 1)] string? Name = null,
    [property: StringLength(CityMember.MaximumNameLength, MinimumLength = 1)] string? AsciiName = null,
    [property: RegularExpression(CityMember.FeatureCodes)] string? FeatureCode = null,
    [property: Range(1, int.MaxValue)] int? RegionId = null,
    [property: Range(1, int.MaxValue)] int? SubregionId = null,
    [property: Range(0, CityMember.MaximumPopulation)] long? Population = null,
    [property: Range(CityMember.MinimumElevation, CityMember.MaximumElevation)] int? Elevation = null,
    [property: StringLength(CityMember.MaximumTimezoneLength, MinimumLength = 1)] string? Timezone = null,
    LocationPatchRequest? Location = null);

/// <summary>A JSON merge patch (RFC 7396) of a location in WGS 84 (EPSG:4326).</summary>
/// <param name="Longitude">Degrees, east positive.</param>
/// <param name="Latitude">Degrees, north positive.</param>
public sealed record LocationPatchRequest(
    [property: Range(-180.0, 180.0)] double? Longitude = null,
    [property: Range(-90.0, 90.0)] double? Latitude = null);

/// <summary>A place that GeoNames does not have.</summary>
/// <param name="CountryCode">ISO 3166-1 alpha-2 code of the country. It cannot be changed later.</param>
/// <param name="Name">Name in Latin letters, in the local spelling.</param>
/// <param name="Location">The location.</param>
/// <param name="AsciiName">The name in ASCII. By default, it is made from the name.</param>
/// <param name="FeatureCode">GeoNames feature code of a city. The default is PPL.</param>
/// <param name="RegionId">Id of the first-order administrative division, or null.</param>
/// <param name="SubregionId">Id of the second-order administrative division, or null.</param>
/// <param name="Population">Number of inhabitants; 0 if it is not known.</param>
/// <param name="Elevation">Metres above sea level, or null if it is not known.</param>
/// <param name="Timezone">IANA time zone id, or null if it is not known.</param>
public sealed record NewCityRequest(
    [property: StringLength(2, MinimumLength = 2)] string CountryCode,
    [property: StringLength(CityMember.MaximumNameLength, MinimumLength = 1)] string Name,
    LocationResponse Location,
    [property: StringLength(CityMember.MaximumNameLength, MinimumLength = 1)] string? AsciiName = null,
    [property: RegularExpression(CityMember.FeatureCodes)] string? FeatureCode = null,
    [property: Range(1, int.MaxValue)] int? RegionId = null,
    [property: Range(1, int.MaxValue)] int? SubregionId = null,
    [property: Range(0, CityMember.MaximumPopulation)] long Population = 0,
    [property: Range(CityMember.MinimumElevation, CityMember.MaximumElevation)] int? Elevation = null,
    [property: StringLength(CityMember.MaximumTimezoneLength, MinimumLength = 1)] string? Timezone = null);

/// <summary>A name that an editor adds to a city.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class LocalNameRequest
{
    /// <summary>GeoNames' own names are not longer.</summary>
    private const int MaximumNameLength = 400;

    private const int MaximumLanguageLength = 16;

    /// <summary>The name.</summary>
    [Display(Name = "name"), Required, StringLength(MaximumNameLength, MinimumLength = 1), DisplayText]
    public required string Name { get; init; }

    /// <summary>ISO 639 code of the language, such as fr or zh-Hant, or null if the name has no language.</summary>
    // Two or three letters: GeoNames' pseudo languages of links and codes are longer.
    [Display(Name = "language"), StringLength(MaximumLanguageLength)]
    [RegularExpression(
        "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        ErrorMessage = "The value is not an ISO 639 code, such as fr or zh-Hant.")]
    public string? Language { get; init; }

    /// <summary>Whether the name is the official or preferred one in its language.</summary>
    [DefaultValue(false)]
    public bool IsPreferred { get; init; }

    /// <summary>Whether the name is a short form.</summary>
    [DefaultValue(false)]
    public bool IsShort { get; init; }

    /// <summary>Whether the name is colloquial or slang.</summary>
    [DefaultValue(false)]
    public bool IsColloquial { get; init; }

    /// <summary>Whether the name was used in the past.</summary>
    [DefaultValue(false)]
    public bool IsHistoric { get; init; }
}

/// <summary>
/// Requires a text that can be displayed: without control and format characters, and without a space at its start or
/// end.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DisplayTextAttribute : ValidationAttribute
{
    public DisplayTextAttribute()
        : base("The value contains a control or format character, or begins or ends with a space.")
    {
    }

    public override bool IsValid(object? value) => value is not string { Length: > 0 } text || PlaceNames.IsValid(text);
}

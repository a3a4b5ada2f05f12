namespace Cities.Api.Responses;

/// <summary>Another name of a place, or a link or code.</summary>
/// <param name="Id">GeoNames' alternate name id.</param>
/// <param name="Name">The name, link or code.</param>
/// <param name="Language">ISO 639 code of the language, or null where it has none.</param>
/// <param name="Kind">What it is: name, link, postalCode, iata, icao, faa, unLocode, wikidata or other.</param>
/// <param name="IsPreferred">Whether it is the official or preferred name in its language.</param>
/// <param name="IsShort">Whether it is a short form.</param>
/// <param name="IsColloquial">Whether it is colloquial or slang.</param>
/// <param name="IsHistoric">Whether it was used in the past.</param>
/// <param name="UsedFrom">When its use began, as GeoNames writes it, or null.</param>
/// <param name="UsedTo">When its use ended, as GeoNames writes it, or null.</param>
/// <param name="Origin">Where it comes from: geonames, or local where an editor has added it.</param>
public sealed record AlternativeNameResponse(
    int Id,
    string Name,
    string? Language,
    string Kind,
    bool IsPreferred,
    bool IsShort,
    bool IsColloquial,
    bool IsHistoric,
    string? UsedFrom,
    string? UsedTo,
    string Origin)
{
    internal static AlternativeNameResponse Example { get; } =
        new(1591449, "Londres", "fr", "name", false, false, false, false, null, null, "geonames");
}


namespace Cities.Api.Places;

/// <summary>A country or dependent territory.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Code">ISO 3166-1 alpha-2 code.</param>
/// <param name="Code3">ISO 3166-1 alpha-3 code.</param>
/// <param name="Name">English name.</param>
/// <param name="Continent">GeoNames' code of the continent: AF, AN, AS, EU, NA, OC or SA.</param>
/// <param name="Capital">Name of the capital, or null if there is none.</param>
/// <param name="Population">Number of inhabitants.</param>
/// <param name="Area">Area in square kilometres, or null if it is not known.</param>
/// <param name="CurrencyCode">ISO 4217 code of the currency, or null if there is none.</param>
/// <param name="CurrencyName">English name of the currency, or null if there is none.</param>
/// <param name="Phone">Calling code, or null if there is none.</param>
/// <param name="Tld">Top-level domain with its dot, or null if there is none.</param>
/// <param name="PostalCodeFormat">Format of postal codes: # is a digit, @ a letter; null if there are none.</param>
/// <param name="PostalCodeRegex">Regular expression of postal codes, or null if there are none.</param>
/// <param name="Languages">IETF BCP 47 language tags, most spoken first.</param>
/// <param name="Neighbours">ISO 3166-1 alpha-2 codes of the countries with a common border.</param>
public sealed record CountryResponse(
    int Id,
    string Code,
    string Code3,
    string Name,
    string Continent,
    string? Capital,
    long Population,
    double? Area,
    string? CurrencyCode,
    string? CurrencyName,
    string? Phone,
    string? Tld,
    string? PostalCodeFormat,
    string? PostalCodeRegex,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Neighbours)
{
    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"""
        country.id, country.code, country.code3, country.name, continent.code, country.capital, country.population,
        country.area, country.currency_code, country.currency_name, country.phone, country.tld,
        country.postal_code_format, country.postal_code_regex, country.languages, country.neighbours
        """;

    /// <summary>The tables of <see cref="Columns"/>.</summary>
    internal static readonly SqlText Table =
        $"countries country JOIN continents continent ON continent.id = country.continent_id";

    internal static CountryResponse Read(NpgsqlDataReader reader)
    {
        return new CountryResponse(
            reader.GetInt32(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            Text(5),
            reader.GetInt64(6),
            reader.IsDBNull(7) ? null : reader.GetDouble(7),
            Text(8),
            Text(9),
            Text(10),
            Text(11),
            Text(12),
            Text(13),
            reader.GetFieldValue<string[]>(14),
            reader.GetFieldValue<string[]>(15));

        string? Text(int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
    }

    internal static CountryResponse Example { get; } = new(
        2963597, "IE", "IRL", "Ireland", "EU", "Dublin", 4622917, 70280, "EUR", "Euro", "353", ".ie", "@@@ @@@@",
        @"^(D6W|[AC-FHKNPRTV-Y][0-9]{2})\s?([AC-FHKNPRTV-Y0-9]{4})", ["en-IE", "ga-IE"], ["GB"]);
}

namespace Cities.Data.Entities;

/// <summary>A country or dependent territory, from GeoNames' countryInfo.txt.</summary>
public sealed class Country
{
    /// <summary>GeoNames id.</summary>
    public int Id { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public required string Code { get; set; }

    /// <summary>ISO 3166-1 alpha-3 code.</summary>
    public required string Code3 { get; set; }

    /// <summary>ISO 3166-1 numeric code.</summary>
    public int NumericCode { get; set; }

    /// <summary>English name.</summary>
    public required string Name { get; set; }

    /// <summary>
    /// The name in lower-case ASCII letters, digits and hyphens, with the id, which makes it unique: the database's
    /// <c>slug(search_text(name), id)</c>.
    /// </summary>
    public string Slug { get; private set; } = "";

    /// <summary>The name as searches compare it: the database's <c>search_text(name)</c>.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>Name of the capital, or null if the country has none.</summary>
    public string? Capital { get; set; }

    /// <summary>Area in square kilometres, or null if it is not known.</summary>
    public double? Area { get; set; }

    /// <summary>Number of inhabitants.</summary>
    public long Population { get; set; }

    /// <summary>Id of the <see cref="Continent"/>.</summary>
    public int ContinentId { get; set; }

    /// <summary>The continent that GeoNames assigns the country to.</summary>
    public Continent? Continent { get; set; }

    /// <summary>Top-level domain with the dot, such as <c>.uk</c>.</summary>
    public string? Tld { get; set; }

    /// <summary>ISO 4217 code of the currency.</summary>
    public string? CurrencyCode { get; set; }

    /// <summary>English name of the currency.</summary>
    public string? CurrencyName { get; set; }

    /// <summary>Symbol of the currency, such as <c>£</c>, from Unicode CLDR; null if it has none.</summary>
    public string? CurrencySymbol { get; set; }

    /// <summary>Calling code as GeoNames writes it, such as <c>44</c> or <c>+1-684</c>.</summary>
    public string? Phone { get; set; }

    /// <summary>Format of postal codes: <c>#</c> stands for a digit, <c>@</c> for a letter.</summary>
    public string? PostalCodeFormat { get; set; }

    /// <summary>Regular expression that postal codes match.</summary>
    public string? PostalCodeRegex { get; set; }

    /// <summary>IETF BCP 47 language tags, most spoken first.</summary>
    public required string[] Languages { get; set; }

    /// <summary>ISO 3166-1 alpha-2 codes of the countries with a common border.</summary>
    public required string[] Neighbours { get; set; }
}

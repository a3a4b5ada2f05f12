namespace Cities.Data.Entities;

/// <summary>The kind of an <see cref="AlternativeName"/>, derived from GeoNames' pseudo language codes.</summary>
public enum AlternativeNameKind
{
    /// <summary>A name.</summary>
    Name = 1,

    /// <summary>Address of a web page about the place (<c>link</c>).</summary>
    Link = 2,

    /// <summary>A postal code (<c>post</c>).</summary>
    PostalCode = 3,

    /// <summary>IATA code of an airport (<c>iata</c>).</summary>
    Iata = 4,

    /// <summary>ICAO code of an airport (<c>icao</c>).</summary>
    Icao = 5,

    /// <summary>FAA code of an airport (<c>faac</c>).</summary>
    Faa = 6,

    /// <summary>UN/LOCODE (<c>unlc</c>).</summary>
    UnLocode = 7,

    /// <summary>Wikidata id (<c>wkdt</c>).</summary>
    Wikidata = 8,

    /// <summary>Any other code, such as <c>tcid</c> or <c>phon</c>.</summary>
    Other = 9,

    /// <summary>An abbreviation, such as <c>TX</c> for Texas (<c>abbr</c>).</summary>
    Abbreviation = 10,

    /// <summary>
    /// A name without a language from the column <c>alternatenames</c> of GeoNames' main table. Such names are imported
    /// for places whose alternateNamesV2 has not been imported.
    /// </summary>
    Listed = 11,
}

namespace Cities.Data.Entities;

/// <summary>What an <see cref="AlternativeName"/> holds, by the pseudo language codes of GeoNames.</summary>
public enum AlternativeNameKind
{
    /// <summary>A name.</summary>
    Name = 1,

    /// <summary>Address of a page about the place (<c>link</c>).</summary>
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

    /// <summary>Any other code (<c>abbr</c>, <c>tcid</c>, <c>phon</c> and others are kept here).</summary>
    Other = 9,
}

namespace Cities.Data.Entities;

/// <summary>
/// Another name, a link or a code of a place, from GeoNames' alternateNamesV2 or from the column alternatenames of its
/// main table.
/// </summary>
public sealed class AlternativeName
{
    /// <summary>
    /// GeoNames' alternate name id; an id from <see cref="CityCorrection.FirstLocalId"/> for a name that an editor
    /// added; a negative hash of the place and the name for the kind <see cref="AlternativeNameKind.Listed"/>.
    /// </summary>
    public long Id { get; set; }

    /// <summary>
    /// GeoNames id of the place: a <see cref="City"/>, <see cref="District"/>, <see cref="Subregion"/>,
    /// <see cref="Region"/>, <see cref="Country"/> or <see cref="Continent"/>.
    /// </summary>
    public int GeonameId { get; set; }

    /// <summary>The kind of text in <see cref="Name"/>.</summary>
    public AlternativeNameKind Kind { get; set; }

    /// <summary>ISO 639 language code, or null if the name has none.</summary>
    public string? Language { get; set; }

    /// <summary>The name, link or code.</summary>
    public required string Name { get; set; }

    /// <summary>
    /// The name as searches compare it: the database's <c>search_text(name)</c>. Null for links and other codes.
    /// </summary>
    public string? SearchText { get; private set; }

    /// <summary>Whether it is the official or preferred name in its language.</summary>
    public bool IsPreferred { get; set; }

    /// <summary>Whether it is a short form, such as "California" for "State of California".</summary>
    public bool IsShort { get; set; }

    /// <summary>Whether it is colloquial or slang, such as "Big Apple".</summary>
    public bool IsColloquial { get; set; }

    /// <summary>Whether it was used in the past.</summary>
    public bool IsHistoric { get; set; }

    /// <summary>When its use began, as free text from GeoNames, or null.</summary>
    public string? UsedFrom { get; set; }

    /// <summary>When its use ended, as free text from GeoNames, or null.</summary>
    public string? UsedTo { get; set; }
}

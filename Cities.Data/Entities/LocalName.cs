namespace Cities.Data.Entities;

/// <summary>
/// A name that an editor has added to a city. The database itself (a trigger) keeps an <see cref="AlternativeName"/> of the same id.
/// </summary>
public sealed class LocalName
{
    /// <summary>From <see cref="CityCorrection.FirstLocalId"/> on.</summary>
    public int Id { get; set; }

    /// <summary>Id of the <see cref="City"/>.</summary>
    public int CityId { get; set; }

    /// <summary>ISO 639 language code, or null where the name has no language.</summary>
    public string? Language { get; set; }

    /// <summary>The name.</summary>
    public required string Name { get; set; }

    /// <summary>Whether it is the official or preferred name in its language.</summary>
    public bool IsPreferred { get; set; }

    /// <summary>Whether it is a short form.</summary>
    public bool IsShort { get; set; }

    /// <summary>Whether it is colloquial or slang.</summary>
    public bool IsColloquial { get; set; }

    /// <summary>Whether it was used in the past.</summary>
    public bool IsHistoric { get; set; }

    /// <summary>Who added it.</summary>
    public string AddedBy { get; set; } = "";

    /// <summary>When it was added, UTC.</summary>
    public DateTimeOffset AddedAt { get; set; }
}

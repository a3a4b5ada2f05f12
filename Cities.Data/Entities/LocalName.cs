namespace Cities.Data.Entities;

/// <summary>
/// A name that an editor added to a city. A trigger of the database copies it to an <see cref="AlternativeName"/> with
/// the same id.
/// </summary>
public sealed class LocalName
{
    /// <summary>Id, starting at <see cref="CityCorrection.FirstLocalId"/>.</summary>
    public int Id { get; set; }

    /// <summary>Id of the <see cref="City"/>.</summary>
    public int CityId { get; set; }

    /// <summary>ISO 639 language code, or null if the name has none.</summary>
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

    /// <summary>The editor that added the name.</summary>
    public string AddedBy { get; set; } = "";

    /// <summary>When the name was added, UTC.</summary>
    public DateTimeOffset AddedAt { get; set; }
}

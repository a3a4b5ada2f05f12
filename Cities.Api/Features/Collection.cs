namespace Cities.Api.Features;

/// <summary>A table as features: what lists, searches and OGC API – Features answer from.</summary>
internal sealed record Collection
{
    /// <summary>Name in addresses, such as <c>cities</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Title for people.</summary>
    public required string Title { get; init; }

    /// <summary>What the features are.</summary>
    public required string Description { get; init; }

    /// <summary>The features' own table, with its alias.</summary>
    public required string Table { get; init; }

    /// <summary>
    /// What is joined to it. Joins are outer and find one row at most, so that those that no field needs cost nothing, and
    /// features can be chosen before they are joined.
    /// </summary>
    public string Joins { get; init; } = "";

    /// <summary>The alias of the features' own table.</summary>
    public required string Alias { get; init; }

    /// <summary>The fields, in the order of answers; the first is the id.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>What lists can be ordered by, besides the id, with an index for each: expression by name.</summary>
    public IReadOnlyDictionary<string, string> Orders { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the features have a location.</summary>
    public bool HasLocation => Fields.Any(each => each.Type == FieldType.Point);

    /// <summary>The location as a geometry in EPSG:4326.</summary>
    public string Location => $"{Alias}.location";

    /// <summary>The location as a geography, by which an index finds what is near.</summary>
    public string Geography => $"{Alias}.location::geography";
}

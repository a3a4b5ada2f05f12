using System.Text.Json.Nodes;

namespace Cities.Api.Collections;

/// <summary>A table as features. Lists, searches and OGC API – Features answer from it.</summary>
internal sealed record Collection
{
    /// <summary>The name in addresses, such as <c>cities</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The title for people.</summary>
    public required string Title { get; init; }

    /// <summary>What the features are.</summary>
    public required string Description { get; init; }

    /// <summary>The table of the features, with its alias.</summary>
    public required SqlText Table { get; init; }

    /// <summary>
    /// The joined tables. Each join is an outer join that finds one row at most, so that the server skips the joins
    /// that no field needs, and can select the features of a page before it joins.
    /// </summary>
    public SqlText? Joins { get; init; }

    /// <summary>The alias of the table of the features.</summary>
    public required string Alias { get; init; }

    /// <summary>The fields, in the order of answers. The first is the id.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>The orders of lists besides the id: an SQL expression by name. An index exists for each.</summary>
    public IReadOnlyDictionary<string, SqlText> Orders { get; init; } = new Dictionary<string, SqlText>();

    /// <summary>The field of the id.</summary>
    public Field Id => Fields[0];

    /// <summary>Whether some features have no id.</summary>
    public bool HasNullableId { get; init; }

    /// <summary>The name as the prefix of schema names, such as <c>PostalCodes</c>.</summary>
    public string SchemaName =>
        string.Concat(Name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    /// <summary>Whether the features have a location.</summary>
    public bool HasLocation => Fields.Any(each => each.Type is FieldType.Point);

    /// <summary>The id of a feature.</summary>
    public SqlText IdColumn => Column("id");

    /// <summary>The location as a geometry in EPSG:4326.</summary>
    public SqlText Location => Column("location");

    /// <summary>The location as a geography. An index on it finds the nearest features.</summary>
    public SqlText Geography => Column("location::geography");

    /// <summary>The table with the joined ones.</summary>
    public SqlText Joined => $"{Table} {Joins}";

    /// <summary>A column of the table.</summary>
    /// <param name="name">The name, a constant.</param>
    public SqlText Column(string name) => SqlText.Constant($"{Alias}.{name}");

    /// <summary>Finds a field by its name, whatever the case.</summary>
    /// <returns>The field, or null if the collection has no such field.</returns>
    public Field? Find(string name) =>
        Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes an example of a feature as JSON.</summary>
    /// <param name="further">Names of fields that are not default ones.</param>
    public JsonObject Example(params IReadOnlyList<string> further)
    {
        var feature = new JsonObject();
        var fields = Fields.Where(field => further.Contains(field.Name) || (field.IsDefault && !field.IsDistance));
        foreach (var field in fields)
        {
            feature[field.Name] = field is { Type: FieldType.Point, Example: JsonArray position }
                ? new JsonObject { ["longitude"] = position[0]!.DeepClone(), ["latitude"] = position[1]!.DeepClone() }
                : field.Example?.DeepClone();
        }

        return feature;
    }

    /// <summary>Makes an example of a feature as GeoJSON, with all fields but the distance.</summary>
    public JsonObject GeoJsonExample()
    {
        var properties = new JsonObject();
        foreach (var field in Fields.Skip(1).Where(field => field.Type is not FieldType.Point && !field.IsDistance))
            properties[field.Name] = field.Example?.DeepClone();
        var point = Fields.FirstOrDefault(field => field.Type is FieldType.Point)?.Example;
        return new JsonObject
        {
            ["type"] = "Feature",
            ["id"] = Id.Example?.DeepClone(),
            ["geometry"] = point is null
                ? null
                : new JsonObject { ["type"] = "Point", ["coordinates"] = point.DeepClone() },
            ["properties"] = properties,
        };
    }
}

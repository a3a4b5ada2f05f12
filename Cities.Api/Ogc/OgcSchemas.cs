using System.Text.Json.Nodes;

namespace Cities.Api.Ogc;

/// <summary>
/// Makes the schemas of a collection (JSON Schema 2020-12) from its fields: the features as OGC API – Features – Part 5
/// (OGC 23-058) describes them, and what clients can filter and sort by (Part 3, OGC 19-079r2, and Part 5).
/// </summary>
internal static class OgcSchemas
{
    public const string MediaType = "application/schema+json";

    /// <summary>A schema of a collection.</summary>
    /// <param name="Path">The last segment of the address.</param>
    /// <param name="Relation">The relation in the links of the collection.</param>
    /// <param name="Title">The title.</param>
    /// <param name="Fields">Chooses the fields.</param>
    public sealed record Kind(
        string Path, string Relation, string Title, Func<OgcCollection, IEnumerable<Field>> Fields);

    private const string Relations = "http://www.opengis.net/def/rel/ogc/1.0/";

    public static Kind Schema { get; } =
        new("schema", $"{Relations}schema", "Schema", collection => collection.Fields);

    public static IReadOnlyList<Kind> All { get; } =
    [
        Schema,
        new("queryables", $"{Relations}queryables", "Properties to filter by", collection => collection.Queryables),
        new("sortables", $"{Relations}sortables", "Properties to sort by", collection => collection.Sortables),
    ];

    /// <summary>Makes a schema whose properties are the fields.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="kind">The schema.</param>
    /// <param name="address">The address of the schema.</param>
    public static JsonObject Make(OgcCollection collection, Kind kind, string address)
    {
        var schema = Header(collection, address);
        schema["title"] = $"{collection.Collection.Title}: {kind.Title}";
        schema["properties"] = Properties(collection, kind.Fields(collection));
        schema["additionalProperties"] = false;
        return schema;
    }

    /// <summary>Makes the schema of a feature as GeoJSON, from which GDAL takes the types of fields.</summary>
    /// <inheritdoc cref="Make"/>
    public static JsonObject MakeGeoJson(OgcCollection collection, string address)
    {
        var id = collection.Collection.Id;
        var schema = Header(collection, address);
        schema["title"] = $"{collection.Collection.Title}: {Schema.Title} of a GeoJSON feature";
        schema["required"] = new JsonArray("type", "id", "geometry", "properties");
        schema["properties"] = new JsonObject
        {
            ["type"] = new JsonObject { ["type"] = "string", ["const"] = "Feature" },
            ["id"] = Property(collection, id),
            ["geometry"] = new JsonObject { ["$ref"] = "https://geojson.org/schema/Point.json" },
            ["properties"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = Properties(
                    collection,
                    collection.Fields.Where(field => field != id && field.Type is not FieldType.Point)),
            },
        };
        return schema;
    }

    private static JsonObject Header(OgcCollection collection, string address) => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["$id"] = address,
        ["type"] = "object",
        ["title"] = null,
        ["description"] = collection.Collection.Description,
    };

    private static JsonObject Properties(OgcCollection collection, IEnumerable<Field> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
            properties[field.Name] = Property(collection, field);
        return properties;
    }

    /// <summary>
    /// Makes the schema of a value. It has no null, because Part 5 treats a property without a value as an absent one.
    /// </summary>
    private static JsonObject Property(OgcCollection collection, Field field)
    {
        var property = new JsonObject { ["title"] = field.Name, ["description"] = field.Description };
        if (field.Type is FieldType.Point)
        {
            property["format"] = "geometry-point";
            property["x-ogc-role"] = "primary-geometry";
            return property;
        }

        property["type"] = field.Type switch
        {
            FieldType.Integer => "integer",
            FieldType.Number => "number",
            FieldType.Boolean => "boolean",
            FieldType.TextList or FieldType.Box => "array",
            _ => "string",
        };
        if (field.Type is FieldType.TextList)
            property["items"] = new JsonObject { ["type"] = "string" };
        if (field.Type is FieldType.Box)
            property["items"] = new JsonObject { ["type"] = "number" };
        if (field.Type is FieldType.Date)
            property["format"] = "date";
        if (field.Values is { } values)
            property["enum"] = new JsonArray([.. values.Select(value => (JsonNode)value)]);
        if (field == collection.Collection.Id)
            property["x-ogc-role"] = "id";
        return property;
    }
}

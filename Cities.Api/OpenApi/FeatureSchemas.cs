using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Cities.Api.OpenApi;

/// <summary>
/// Makes the schemas of features from the fields of their collection. A client can select any of the fields, so that
/// only the id is required. Each object has a name, which generated clients use for a class.
/// </summary>
/// <param name="document">The document, which gets the schemas as components.</param>
/// <param name="location">The schema of <see cref="LocationResponse"/>.</param>
/// <param name="link">The schema of <see cref="LinkResponse"/>.</param>
internal sealed class FeatureSchemas(OpenApiDocument document, IOpenApiSchema location, IOpenApiSchema link)
{
    /// <summary>Makes the schema of a value.</summary>
    public static OpenApiSchema Value(Field field, bool isNullable)
    {
        var type = field.Type switch
        {
            FieldType.Integer => JsonSchemaType.Integer,
            FieldType.Number => JsonSchemaType.Number,
            FieldType.Boolean => JsonSchemaType.Boolean,
            FieldType.TextList or FieldType.Box => JsonSchemaType.Array,
            _ => JsonSchemaType.String,
        };
        return new OpenApiSchema
        {
            Type = isNullable && field.Values is null ? type | JsonSchemaType.Null : type,
            Description = field.Description,
            Items = field.Type switch
            {
                FieldType.TextList => new OpenApiSchema { Type = JsonSchemaType.String },
                FieldType.Box => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
                _ => null,
            },
            MinItems = field.Type is FieldType.Box ? 4 : null,
            MaxItems = field.Type is FieldType.Box ? 4 : null,
            Enum = field.Values is null ? null : [.. field.Values.Select(value => (JsonNode)value)],
            Format = field.Type switch
            {
                FieldType.Integer => "int64",
                FieldType.Number => "double",
                FieldType.Date => "date",
                _ => null,
            },
        };
    }

    /// <summary>Makes the schema of a feature in JSON.</summary>
    public IOpenApiSchema Feature(Collection collection) =>
        Component($"{collection.SchemaName}Feature", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = collection.Description,
            Required = new HashSet<string> { collection.Id.Name },
            Properties = collection.Fields.ToDictionary(
                field => field.Name,
                IOpenApiSchema (field) => field.Type is FieldType.Point
                    ? Optional(field.Description, location)
                    : Value(field, isNullable: field != collection.Id || collection.HasNullableId)),
        });

    /// <summary>Makes the schema of a page in JSON.</summary>
    public IOpenApiSchema Page(Collection collection) => Component($"{collection.SchemaName}Page", new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        Description = "A page of a list, with links to the pages before and after it.",
        Required = new HashSet<string> { "count", "next", "previous", "results" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["count"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer | JsonSchemaType.Null,
                Format = "int64",
                Description = "The number of results of the whole list, or null if they were not counted.",
            },
            ["next"] = Address("The URL of the next page, or null on the last page."),
            ["previous"] = Address(
                "The URL of the previous page, or null on the first page and in a list with cursors."),
            ["results"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = Feature(collection),
                Description = "The results of this page.",
            },
        },
    });

    /// <summary>Makes the schema of the answer to many items.</summary>
    /// <param name="collection">The collection of the features.</param>
    /// <param name="error">The schema of <see cref="BatchError"/>.</param>
    public IOpenApiSchema Batch(Collection collection, IOpenApiSchema error) =>
        Component($"{collection.SchemaName}Batch", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "The results of many items.",
            Required = new HashSet<string> { "results" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["results"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "The results, in the order of the items.",
                    Items = Component($"{collection.SchemaName}BatchResult", new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Description = "The result of an item: a place or an error.",
                        Required = new HashSet<string> { "place", "error" },
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["place"] = Optional("The place, or null if there is an error.", Feature(collection)),
                            ["error"] = Optional("The reason why there is no place, or null.", error),
                        },
                    }),
                },
            },
        });

    /// <summary>Makes the schema of a feature in GeoJSON.</summary>
    public IOpenApiSchema GeoJsonFeature(Collection collection) =>
        Component($"{collection.SchemaName}GeoJsonFeature", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A feature (RFC 7946).",
            Required = new HashSet<string> { "type", "id", "geometry", "properties" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Constant("Feature"),
                ["id"] = Value(collection.Id, collection.HasNullableId),
                ["geometry"] = Component("PointGeometry", new OpenApiSchema
                {
                    Type = JsonSchemaType.Object | JsonSchemaType.Null,
                    Description = "A point in EPSG:4326, or null.",
                    Required = new HashSet<string> { "type", "coordinates" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["type"] = Constant("Point"),
                        ["coordinates"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Array,
                            Description = "Longitude and latitude in degrees.",
                            MinItems = 2,
                            MaxItems = 2,
                            Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
                        },
                    },
                }),
                ["properties"] = Component($"{collection.SchemaName}Properties", new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = collection.Description,
                    Properties = collection.Fields
                        .Where(field => field.Type is not FieldType.Point && field != collection.Id)
                        .ToDictionary(field => field.Name, IOpenApiSchema (field) => Value(field, isNullable: true)),
                }),
                ["links"] = Links("Links of the feature, in answers of OGC API – Features only."),
            },
        });

    /// <summary>Makes the schema of a page in GeoJSON.</summary>
    public IOpenApiSchema GeoJsonPage(Collection collection) =>
        Component($"{collection.SchemaName}FeatureCollection", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A feature collection (RFC 7946).",
            Required = new HashSet<string> { "type", "numberReturned", "links", "features" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Constant("FeatureCollection"),
                ["numberMatched"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Description = "The number of features of the whole list. A list with cursors has no number.",
                },
                ["numberReturned"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Description = "The number of features of this page.",
                },
                ["links"] = Links("Links to this page and to the pages before and after it."),
                ["features"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = GeoJsonFeature(collection) },
            },
        });

    private OpenApiSchema Links(string description) =>
        new() { Type = JsonSchemaType.Array, Description = description, Items = link };

    private static OpenApiSchema Address(string description) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "uri", Description = description };

    private static OpenApiSchema Optional(string description, IOpenApiSchema schema) =>
        new() { Description = description, OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, schema] };

    private static OpenApiSchema Constant(string value) => new() { Type = JsonSchemaType.String, Enum = [value] };

    private OpenApiSchemaReference Component(string name, OpenApiSchema schema)
    {
        document.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, document);
    }
}

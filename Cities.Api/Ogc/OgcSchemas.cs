using System.Text.Json.Nodes;
using Cities.Api.Features;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>Schemas of GeoJSON for the definition of the API.</summary>
internal static class OgcSchemas
{
    private static readonly string[] LinkMembers = ["href", "rel", "type", "title"];

    public static OpenApiSchema OfField(Field field) => new()
    {
        Type = field.Type is FieldType.Integer ? JsonSchemaType.Integer : JsonSchemaType.String,
        Format = field.Type switch
        {
            FieldType.Integer => "int64",
            FieldType.Date => "date",
            _ => null,
        },
    };

    /// <summary>A feature of a collection.</summary>
    public static OpenApiSchema OfFeature(Collection collection, bool hasLinks)
    {
        var members = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Constant("Feature"),
            ["id"] = OfField(collection.Fields[0]),
            ["geometry"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "type", "coordinates" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["type"] = Constant("Point"),
                    ["coordinates"] = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        MinItems = 2,
                        MaxItems = 2,
                        Items = new OpenApiSchema { Type = JsonSchemaType.Number },
                    },
                },
            },
            ["properties"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = collection.Fields.Skip(1)
                    .Where(field => field.Type != FieldType.Point && field.Name != "distance")
                    .ToDictionary(field => field.Name, IOpenApiSchema (field) => Described(field)),
            },
        };
        if (hasLinks)
            members["links"] = Links();
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type", "id", "geometry", "properties" },
            Properties = members,
        };
    }

    /// <summary>Some features of a collection.</summary>
    public static OpenApiSchema OfFeatures(Collection collection) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "type", "numberReturned", "links", "features" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Constant("FeatureCollection"),
            ["numberMatched"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Description = "How many features meet the conditions; on the first page alone.",
            },
            ["numberReturned"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many features are here." },
            ["links"] = Links(),
            ["features"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = OfFeature(collection, hasLinks: false) },
        },
    };

    private static OpenApiSchema Described(Field field)
    {
        var schema = OfField(field);
        schema.Type |= JsonSchemaType.Null;
        schema.Description = field.Description;
        return schema;
    }

    private static OpenApiSchema Links() => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "href", "rel", "type" },
            Properties = LinkMembers.ToDictionary(name => name, IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.String }),
        },
    };

    private static OpenApiSchema Constant(string value) =>
        new() { Type = JsonSchemaType.String, Enum = [JsonValue.Create(value)] };
}

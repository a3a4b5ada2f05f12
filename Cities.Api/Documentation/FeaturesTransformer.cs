using Cities.Api.Features;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Documentation;

/// <summary>
/// Describes features in the OpenAPI document as their collection has them: a caller may choose any of the fields, so that all are
/// there and none but the id is required.
/// </summary>
internal sealed class FeaturesTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<FeatureMetadata>().FirstOrDefault() is not { } features
            || operation.Responses?.GetValueOrDefault("200")?.Content is not { } content)
        {
            return Task.CompletedTask;
        }

        var document = context.Document!;
        var collection = features.Collection;
        var feature = Component(document, $"{Name(collection)}Feature", Properties(collection));
        var geoFeature = Component(document, $"{Name(collection)}GeoJsonFeature", GeoJsonFeature(collection));
        if (content.TryGetValue("application/json", out var json))
            ((OpenApiMediaType)json).Schema = features.IsList ? Component(document, $"{Name(collection)}Page", Page(feature)) : feature;
        content[FeatureFormat.GeoJson.MediaType()] = new OpenApiMediaType
        {
            Schema = features.IsList ? Component(document, $"{Name(collection)}FeatureCollection", GeoJsonCollection(geoFeature)) : geoFeature,
        };
        if (features.IsList)
        {
            foreach (var format in new[] { FeatureFormat.Csv, FeatureFormat.Ndjson })
                content[format.MediaType()] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        return Task.CompletedTask;
    }

    private static string Name(Collection collection) =>
        string.Concat(collection.Name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static OpenApiSchemaReference Component(OpenApiDocument document, string name, OpenApiSchema schema)
    {
        document.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, document);
    }

    private static OpenApiSchema Properties(Collection collection, bool isGeoJson = false) => new()
    {
        Type = JsonSchemaType.Object,
        Description = collection.Description,
        Required = isGeoJson ? null : new HashSet<string> { collection.Fields[0].Name },
        Properties = collection.Fields
            .Where(field => !isGeoJson || (field.Type != FieldType.Point && field != collection.Fields[0]))
            .ToDictionary(field => field.Name, IOpenApiSchema (field) => Value(field, isRequired: field == collection.Fields[0])),
    };

    private static OpenApiSchema Value(Field field, bool isRequired)
    {
        var type = field.Type switch
        {
            FieldType.Integer => JsonSchemaType.Integer,
            FieldType.Number => JsonSchemaType.Number,
            FieldType.Boolean => JsonSchemaType.Boolean,
            FieldType.Point => JsonSchemaType.Object,
            FieldType.TextList => JsonSchemaType.Array,
            _ => JsonSchemaType.String,
        };
        var schema = new OpenApiSchema
        {
            Type = isRequired ? type : type | JsonSchemaType.Null,
            Description = field.Description,
            Format = field.Type switch
            {
                FieldType.Integer => "int64",
                FieldType.Number => "double",
                FieldType.Date => "date",
                _ => null,
            },
        };
        if (field.Type is FieldType.TextList)
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String };
        if (field.Type is FieldType.Point)
        {
            schema.Required = new HashSet<string> { "longitude", "latitude" };
            schema.Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["longitude"] = Degrees("Degrees, east positive.", 180),
                ["latitude"] = Degrees("Degrees, north positive.", 90),
            };
        }

        return schema;
    }

    private static OpenApiSchema Degrees(string description, int bound) => new()
    {
        Type = JsonSchemaType.Number,
        Format = "double",
        Description = description,
        Minimum = $"-{bound}",
        Maximum = $"{bound}",
    };

    private static OpenApiSchema Page(IOpenApiSchema feature) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A part of a list, with links to the parts before and after it.",
        Required = new HashSet<string> { "count", "next", "previous", "results" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["count"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer | JsonSchemaType.Null,
                Format = "int64",
                Description = "How many results the whole list has; null in a list with cursors.",
            },
            ["next"] = Link("Address of the next page, or null on the last."),
            ["previous"] = Link("Address of the previous page, or null on the first and in a list with cursors."),
            ["results"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = feature, Description = "The results of this page." },
        },
    };

    private static OpenApiSchema Link(string description) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "uri", Description = description };

    private static OpenApiSchema GeoJsonFeature(Collection collection) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A feature (RFC 7946).",
        Required = new HashSet<string> { "type", "id", "geometry", "properties" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["Feature"] },
            ["id"] = Value(collection.Fields[0], isRequired: true),
            ["geometry"] = new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null, Description = "A point: longitude, latitude." },
            ["properties"] = Properties(collection, isGeoJson: true),
        },
    };

    private static OpenApiSchema GeoJsonCollection(IOpenApiSchema feature) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A feature collection (RFC 7946).",
        Required = new HashSet<string> { "type", "features" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["FeatureCollection"] },
            ["numberMatched"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many features the whole list has." },
            ["numberReturned"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "How many features are here." },
            ["links"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "Links to this part of the list, and to those before and after it.",
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "href", "rel" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["href"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri" },
                        ["rel"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
            ["features"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = feature },
        },
    };
}

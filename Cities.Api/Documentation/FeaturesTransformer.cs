using Cities.Api.Features;
using Cities.Api.Ogc;
using Cities.Api.Responses;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Documentation;

/// <summary>
/// Describes features in the OpenAPI document as their collection has them: a caller may choose any of the fields, so that all are
/// there and none but the id is required. Every object has a name, which is that of a class in generated clients.
/// </summary>
internal sealed class FeaturesTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<FeatureMetadata>().FirstOrDefault() is not { } features
            || operation.Responses?.GetValueOrDefault("200")?.Content is not { } content)
        {
            return;
        }

        var document = context.Document!;
        var collection = features.Collection;
        var location = await ComponentAsync<LocationResponse>();
        var feature = Component(document, $"{Name(collection)}Feature", Properties(collection, location));
        var properties = Component(document, $"{Name(collection)}Properties", GeoJsonProperties(collection));
        var geoFeature = Component(document, $"{Name(collection)}GeoJsonFeature", GeoJsonFeature(collection, properties));
        if (content.TryGetValue("application/json", out var json))
            ((OpenApiMediaType)json).Schema = features.IsList ? Component(document, $"{Name(collection)}Page", Page(feature)) : feature;
        content[FeatureFormat.GeoJson.MediaType()] = new OpenApiMediaType
        {
            Schema = features.IsList
                ? Component(
                    document, $"{Name(collection)}FeatureCollection", GeoJsonCollection(geoFeature, await ComponentAsync<LinkResponse>()))
                : geoFeature,
        };
        if (features.IsList)
        {
            foreach (var format in new[] { FeatureFormat.Csv, FeatureFormat.Ndjson })
                content[format.MediaType()] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }

        async Task<OpenApiSchemaReference> ComponentAsync<T>() =>
            Component(document, typeof(T).Name, await context.GetOrCreateSchemaAsync(typeof(T), cancellationToken: cancellationToken));
    }

    private static string Name(Collection collection) =>
        string.Concat(collection.Name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static OpenApiSchemaReference Component(OpenApiDocument document, string name, OpenApiSchema schema)
    {
        document.AddComponent(name, schema);
        return new OpenApiSchemaReference(name, document);
    }

    private static OpenApiSchema Properties(Collection collection, OpenApiSchemaReference location) => new()
    {
        Type = JsonSchemaType.Object,
        Description = collection.Description,
        Required = new HashSet<string> { collection.Fields[0].Name },
        Properties = collection.Fields.ToDictionary(
            field => field.Name,
            IOpenApiSchema (field) => field.Type is FieldType.Point
                ? new OpenApiSchema
                {
                    Description = field.Description,
                    OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, location],
                }
                : Value(field, isRequired: field == collection.Fields[0])),
    };

    private static OpenApiSchema GeoJsonProperties(Collection collection) => new()
    {
        Type = JsonSchemaType.Object,
        Description = collection.Description,
        Properties = collection.Fields
            .Where(field => field.Type is not FieldType.Point && field != collection.Fields[0])
            .ToDictionary(field => field.Name, IOpenApiSchema (field) => Value(field, isRequired: false)),
    };

    private static OpenApiSchema Value(Field field, bool isRequired)
    {
        var type = field.Type switch
        {
            FieldType.Integer => JsonSchemaType.Integer,
            FieldType.Number => JsonSchemaType.Number,
            FieldType.Boolean => JsonSchemaType.Boolean,
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
        return schema;
    }

    private static OpenApiSchema Page(OpenApiSchemaReference feature) => new()
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

    private static OpenApiSchema GeoJsonFeature(Collection collection, OpenApiSchemaReference properties) => new()
    {
        Type = JsonSchemaType.Object,
        Description = "A feature (RFC 7946).",
        Required = new HashSet<string> { "type", "id", "geometry", "properties" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["Feature"] },
            ["id"] = Value(collection.Fields[0], isRequired: true),
            ["geometry"] = new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.Null, Description = "A point: longitude, latitude." },
            ["properties"] = properties,
        },
    };

    private static OpenApiSchema GeoJsonCollection(OpenApiSchemaReference feature, OpenApiSchemaReference link) => new()
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
                Items = link,
            },
            ["features"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = feature },
        },
    };
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.OpenApi;

/// <summary>Describes the features of an endpoint in the OpenAPI documents, from their collection.</summary>
internal sealed class FeaturesTransformer : IOpenApiOperationTransformer
{
    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<FeatureMetadata>().FirstOrDefault() is not { } features)
            return;
        var document = context.Document!;
        var schemas = new FeatureSchemas(
            document,
            // The features of OGC API have GeoJSON's geometries.
            features.IsOgc ? new OpenApiSchema() : await ComponentAsync<LocationResponse>(),
            await ComponentAsync<LinkResponse>());
        var error = features.IsBatch ? await ComponentAsync<BatchError>() : null;
        var responses = operation.Responses ??= [];
        var content = new Dictionary<string, OpenApiMediaType>();
        foreach (var format in features.Formats)
        {
            content[format.MediaType()] = error is null
                ? MediaType(features, format, schemas)
                : Batch(features, schemas, error);
        }

        responses["200"] = new OpenApiResponse
        {
            Description = features.IsList ? "Features." : "A feature.",
            Content = content,
        };
        responses["406"] = new OpenApiResponse
        {
            Description = "Not Acceptable",
            Content = responses["503"].Content?.ToDictionary(),
        };
        // The answer to many items has one format.
        if (features.IsBatch && operation.Parameters?.FirstOrDefault(each => each.Name == "f") is { } choice)
            operation.Parameters.Remove(choice);
        var ids = operation.Parameters?.OfType<OpenApiParameter>().Where(each => each.Name == "featureId");
        foreach (var parameter in ids ?? [])
            parameter.Example = $"{features.Collection.Id.Example}";

        async Task<IOpenApiSchema> ComponentAsync<T>()
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(T), cancellationToken: cancellationToken);
            document.AddComponent(typeof(T).Name, schema);
            return new OpenApiSchemaReference(typeof(T).Name, document);
        }
    }

    private static OpenApiMediaType Batch(FeatureMetadata features, FeatureSchemas schemas, IOpenApiSchema error)
    {
        var result = new JsonObject
        {
            ["place"] = features.Collection.Example(features.ExampleFields),
            ["error"] = null,
        };
        return new OpenApiMediaType
        {
            Schema = schemas.Batch(features.Collection, error),
            Example = new JsonObject { ["results"] = new JsonArray(result) },
        };
    }

    private static OpenApiMediaType MediaType(FeatureMetadata features, FeatureFormat format, FeatureSchemas schemas)
    {
        var collection = features.Collection;
        if (format.IsStreamed() || format is FeatureFormat.Html)
            return new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        if (features.IsOgc)
        {
            var path = $"https://example.com{OgcEndpoints.Root}/collections/{collection.Name}";
            var feature = collection.GeoJsonExample();
            if (!features.IsList)
            {
                feature["links"] = new JsonArray(
                    Link($"{path}/items/{collection.Id.Example}?f={format.Name()}", "self", format),
                    Link(path, "collection", FeatureFormat.Json));
            }

            return new OpenApiMediaType
            {
                Schema = features.IsList ? schemas.GeoJsonPage(collection) : schemas.GeoJsonFeature(collection),
                Example = features.IsList
                    ? new JsonObject
                    {
                        ["type"] = "FeatureCollection",
                        ["numberMatched"] = 1,
                        ["numberReturned"] = 1,
                        ["links"] = new JsonArray(Link($"{path}/items?f={format.Name()}", "self", format)),
                        ["features"] = new JsonArray(feature),
                    }
                    : feature,
            };
        }

        if (format is FeatureFormat.GeoJson)
        {
            return new OpenApiMediaType
            {
                Schema = features.IsList ? schemas.GeoJsonPage(collection) : schemas.GeoJsonFeature(collection),
            };
        }

        var example = collection.Example(features.ExampleFields);
        return new OpenApiMediaType
        {
            Schema = features.IsList ? schemas.Page(collection) : schemas.Feature(collection),
            Example = features.IsList
                ? new JsonObject
                {
                    ["count"] = 1,
                    ["next"] = null,
                    ["previous"] = null,
                    ["results"] = new JsonArray(example),
                }
                : example,
        };
    }

    private static JsonObject Link(string address, string relation, FeatureFormat format) =>
        new() { ["href"] = address, ["rel"] = relation, ["type"] = format.MediaType() };
}

using System.Globalization;
using System.Text.Json.Nodes;
using Cities.Api.Documentation;
using Cities.Api.Features;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>The features of an endpoint's answers, as endpoint metadata that the OpenAPI documents are made from.</summary>
/// <param name="Source">The collection.</param>
/// <param name="IsList">Whether there are many of them.</param>
internal sealed record OgcFeatures(OgcSource Source, bool IsList);

/// <summary>
/// The definition of the API in OpenAPI 3.0, which the standard knows; other documents, in which the endpoints are too, have the
/// version after it.
/// </summary>
internal static class OgcDocumentation
{
    public const string DocumentName = "ogc";

    public static void AddOgcDocumentation(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureAll<OpenApiOptions>(options => options.AddOperationTransformer<OgcTransformer>());
        builder.Services.AddOpenApi(DocumentName, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            options.ShouldInclude = description => description.RelativePath is { } path
                && $"/{path}/".StartsWith($"{OgcLinks.Root}/", StringComparison.Ordinal);
            options.AddOperationTransformer<ExamplesTransformer>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Cities",
                    Version = "1.0.0",
                    Description = "The world's cities and postal codes, from GeoNames, by OGC API – Features.",
                    License = new OpenApiLicense
                    {
                        Name = "Data: GeoNames, CC BY 4.0",
                        Url = new Uri("https://creativecommons.org/licenses/by/4.0/"),
                    },
                };
                // The standard's paths begin at the landing page.
                var paths = new OpenApiPaths();
                foreach (var (path, item) in document.Paths)
                    paths[path.Length == OgcLinks.Root.Length ? "/" : path[OgcLinks.Root.Length..]] = item;
                document.Paths = paths;
                foreach (var server in document.Servers ?? [])
                    server.Url = server.Url?.TrimEnd('/') + OgcLinks.Root;
                return Task.CompletedTask;
            });
        });
    }
}

/// <summary>Puts <see cref="OgcParameters"/> and <see cref="OgcFeatures"/> into the OpenAPI documents.</summary>
internal sealed class OgcTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<OgcParameters>().FirstOrDefault() is { } parameters)
        {
            operation.Parameters =
            [
                .. operation.Parameters ?? [],
                .. parameters.All.Select(parameter => new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Style = ParameterStyle.Form,
                    Explode = false,
                    Example = parameter.Example?.DeepClone(),
                    Schema = parameter.Schema(),
                }),
            ];
        }

        if (metadata.OfType<OgcFeatures>().FirstOrDefault() is { } features)
        {
            var (source, isList) = features;
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(each => each.Name == "featureId") ?? [])
                parameter.Example = source.ExampleId;
            var others = operation.Responses ?? [];
            operation.Responses = new OpenApiResponses();
            operation.Responses["200"] = new OpenApiResponse
            {
                Description = isList ? "Features." : "A feature.",
                Content = OgcFormats.Offered.ToDictionary(format => format.MediaType(), format => new OpenApiMediaType
                {
                    Schema = isList ? OgcSchemas.OfFeatures(source.Collection) : OgcSchemas.OfFeature(source.Collection, hasLinks: true),
                    Example = isList ? ExampleOfList(source, format) : ExampleOf(source, format, hasLinks: true),
                }),
            };
            foreach (var (status, response) in others.Where(other => other.Key != "200"))
                operation.Responses[status] = response;
            operation.Responses["406"] = new OpenApiResponse
            {
                Description = "Not Acceptable",
                Content = operation.Responses["503"].Content?.ToDictionary(),
            };
        }

        return Task.CompletedTask;
    }

    private static JsonObject ExampleOfList(OgcSource source, FeatureFormat format) => new()
    {
        ["type"] = "FeatureCollection",
        ["numberMatched"] = 1,
        ["numberReturned"] = 1,
        ["links"] = new JsonArray(Link($"/items?f={Name(format)}", "self", source, format)),
        ["features"] = new JsonArray(ExampleOf(source, format, hasLinks: false)),
    };

    private static JsonObject ExampleOf(OgcSource source, FeatureFormat format, bool hasLinks)
    {
        var properties = new JsonObject();
        foreach (var field in source.Filters)
        {
            properties[field.Name] = field.Type is FieldType.Integer
                ? long.Parse(source.Examples[field.Name], CultureInfo.InvariantCulture)
                : source.Examples[field.Name];
        }

        var feature = new JsonObject
        {
            ["type"] = "Feature",
            ["id"] = source.Collection.Fields[0].Type is FieldType.Integer
                ? long.Parse(source.ExampleId, CultureInfo.InvariantCulture)
                : source.ExampleId,
            ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(-0.12574, 51.50853) },
            ["properties"] = properties,
        };
        if (hasLinks)
        {
            feature["links"] = new JsonArray(
                Link($"/items/{source.ExampleId}?f={Name(format)}", "self", source, format), Link("", "collection", source, FeatureFormat.Json));
        }

        return feature;
    }

    private static JsonObject Link(string path, string relation, OgcSource source, FeatureFormat format) => new()
    {
        ["href"] = $"https://example.com{OgcLinks.Root}/collections/{source.Id}{path}",
        ["rel"] = relation,
        ["type"] = format.MediaType(),
    };

    private static string Name(FeatureFormat format) => FeatureFormats.All.Single(each => each.Format == format).Name;
}

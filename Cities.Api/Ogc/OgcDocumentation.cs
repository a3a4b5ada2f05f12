using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>
/// The definition of the OGC API in OpenAPI 3.0, which the standard requires. The other documents, which also contain
/// its endpoints, use OpenAPI 3.1.
/// </summary>
internal static class OgcDocumentation
{
    public const string DocumentName = "ogc";

    public static void AddOgcDocumentation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi(DocumentName, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            options.ShouldInclude = description => description.RelativePath is { } path
                && $"/{path}/".StartsWith($"{OgcEndpoints.Root}/", StringComparison.Ordinal);
            options.AddOperationTransformer<ExamplesTransformer>();
            options.AddOperationTransformer<FeaturesTransformer>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Cities",
                    Version = "1.0.0",
                    Description = "The world's cities and postal codes from GeoNames, with OGC API – Features.",
                    License = new OpenApiLicense
                    {
                        Name = "Data: GeoNames, CC BY 4.0",
                        Url = new Uri("https://creativecommons.org/licenses/by/4.0/"),
                    },
                };
                // In the standard, paths are relative to the landing page.
                var paths = new OpenApiPaths();
                foreach (var (path, item) in document.Paths)
                    paths[path.Length == OgcEndpoints.Root.Length ? "/" : path[OgcEndpoints.Root.Length..]] = item;
                document.Paths = paths;
                OmitNulls(document);
                foreach (var server in document.Servers ?? [])
                    server.Url = server.Url?.TrimEnd('/') + OgcEndpoints.Root;
                return Task.CompletedTask;
            });
        });
        // After the other transformers, which describe the JSON of an answer.
        builder.Services.ConfigureAll<OpenApiOptions>(options => options.AddOperationTransformer<OgcTransformer>());
    }

    /// <summary>
    /// Removes null from the schemas of objects. Members without a value are absent, and in OpenAPI 3.0 a schema with
    /// nullable needs a type.
    /// </summary>
    private static void OmitNulls(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            foreach (var (name, property) in schema.Properties?.ToList() ?? [])
            {
                if (property.OneOf is [{ Type: JsonSchemaType.Null }, { } value])
                    schema.Properties![name] = value;
            }
        }
    }
}

/// <summary>Adds <see cref="OgcParameters"/>, and the pages, to the OpenAPI documents.</summary>
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
            if (parameters.Formats is not null)
            {
                operation.Responses?["200"].Content?.Add(
                    FeatureFormat.Html.MediaType(),
                    new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
            }
        }

        return Task.CompletedTask;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.OpenApi;

/// <summary>Adds examples and allowed values of parameters, and examples of bodies, to the OpenAPI documents.</summary>
internal sealed class ExamplesTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<ResponseExample>().FirstOrDefault() is { } example)
        {
            foreach (var content in (operation.Responses ?? [])
                .Where(response => response.Key is "200" or "201" or "202")
                .SelectMany(response => response.Value.Content?.Values.OfType<OpenApiMediaType>() ?? []))
            {
                content.Example = ToNode(example.Response);
            }
        }

        if (metadata.OfType<BodyExample>().FirstOrDefault() is { } body)
        {
            // The generator takes the description of a body that is read by hand from another parameter.
            operation.RequestBody!.Description = null;
            foreach (var content in operation.RequestBody.Content?.Values.OfType<OpenApiMediaType>() ?? [])
                content.Example = JsonNode.Parse(body.Json);
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var attributes = context.Description.ParameterDescriptions
                .Where(description => description.Name == parameter.Name)
                .SelectMany(description => Attributes(description.ParameterDescriptor))
                .ToList();
            if (attributes.OfType<ExampleAttribute>().FirstOrDefault() is { } parameterExample)
            {
                parameter.Example = parameter.Schema?.Type?.HasFlag(JsonSchemaType.String) == true
                    ? JsonValue.Create(parameterExample.Value)
                    : JsonNode.Parse(parameterExample.Value);
            }

            if (attributes.OfType<OneOfAttribute>().FirstOrDefault() is { } choice
                && parameter.Schema is OpenApiSchema schema)
            {
                schema.Enum = [.. choice.Values.Select(value => (JsonNode)value)];
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Gets the attributes of a parameter, or of a property that is bound as a parameter.</summary>
    private static object[] Attributes(ParameterDescriptor descriptor) => descriptor switch
    {
        IParameterInfoParameterDescriptor { ParameterInfo: var parameter } =>
            parameter.GetCustomAttributes(inherit: false),
        IPropertyInfoParameterDescriptor { PropertyInfo: var property } => property.GetCustomAttributes(inherit: false),
        _ => [],
    };

    private static JsonNode? ToNode(object response) =>
        JsonSerializer.SerializeToNode(response, ApiJsonContext.Default.GetTypeInfo(response.GetType())!);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.Documentation;

/// <summary>Puts <see cref="ResponseExample"/> and <see cref="ExampleAttribute"/> into the OpenAPI document.</summary>
internal sealed class ExamplesTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ResponseExample>().FirstOrDefault() is { } example
            && operation.Responses?.GetValueOrDefault("200")?.Content?.Values is { } contents)
        {
            foreach (var content in contents.OfType<OpenApiMediaType>())
                content.Example = ToNode(example.Response);
        }

        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var attribute = context.Description.ParameterDescriptions
                .Where(description => description.Name == parameter.Name)
                .Select(description => description.ParameterDescriptor)
                .OfType<IParameterInfoParameterDescriptor>()
                .SelectMany(descriptor => descriptor.ParameterInfo.GetCustomAttributes(typeof(ExampleAttribute), false))
                .OfType<ExampleAttribute>()
                .FirstOrDefault();
            if (attribute is not null)
            {
                parameter.Example = int.TryParse(attribute.Value, out var number)
                    ? JsonValue.Create(number)
                    : JsonValue.Create(attribute.Value);
            }
        }

        return Task.CompletedTask;
    }

    private static JsonNode? ToNode(object response) =>
        JsonSerializer.SerializeToNode(response, ApiJsonContext.Default.GetTypeInfo(response.GetType())!);
}

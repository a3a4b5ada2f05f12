using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cities.Api.OpenApi;

/// <summary>
/// Adds the security schemes, the security requirements and the answers 401 and 403 to the OpenAPI documents.
/// </summary>
internal sealed class SecurityTransformer(IOptions<ApiOptions> options)
    : IOpenApiDocumentTransformer, IOpenApiOperationTransformer
{
    private const string Key = "apiKey";
    private const string Bearer = "bearer";

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyHandler.HeaderName,
            Description = "An API key.",
        });
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A token (JWT) of the configured issuer, or an API key.",
        });
        return Task.CompletedTask;
    }

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var isProtected = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any();
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
        ];
        if (!isProtected && options.Value.Authentication.AllowAnonymous)
            operation.Security.Insert(0, []);

        // All errors have the same schema.
        var problem = operation.Responses?.GetValueOrDefault("503")?.Content;
        Add("401", "Unauthorized");
        if (isProtected)
            Add("403", "Forbidden");
        return Task.CompletedTask;

        void Add(string status, string description) =>
            operation.Responses?.TryAdd(
                status, new OpenApiResponse { Description = description, Content = problem?.ToDictionary() });
    }
}

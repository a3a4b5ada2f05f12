using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Cities.Api.OpenApi;

/// <summary>
/// Serves the OpenAPI document and three pages that display it. Their scripts are part of the packages, so the pages
/// make no third-party requests.
/// </summary>
internal static partial class DocumentationExtensions
{
    private const string DocumentPath = "/openapi/v1.json";
    private const string ScalarPath = "/scalar";
    private static readonly PathString[] Pages = [ScalarPath, "/swagger", "/redoc"];

    public static void AddDocumentation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOpenApi("v1", options =>
        {
            options.AddOperationTransformer<ExamplesTransformer>();
            options.AddOperationTransformer<FeaturesTransformer>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Cities",
                    Version = "v1",
                    Description =
                        "The world's cities, with their countries, regions, subregions and districts, from GeoNames.",
                    Contact = new OpenApiContact { Name = "The Cities authors" },
                    License = new OpenApiLicense
                    {
                        Name = "Data: GeoNames, CC BY 4.0",
                        Url = new Uri("https://creativecommons.org/licenses/by/4.0/"),
                    },
                };
                // A relative URL, so that the document is the same for all host names and behind any proxy.
                document.Servers = [new OpenApiServer { Url = "/" }];
                return Task.CompletedTask;
            });
        });
        builder.Services.ConfigureAll<OpenApiOptions>(options =>
        {
            options.AddSchemaTransformer((schema, context, _) =>
            {
                // Generators take this property for the message of exceptions: Kiota has no other way to find it.
                if (typeof(ProblemDetails).IsAssignableFrom(context.JsonTypeInfo.Type)
                    && schema.Properties?.TryGetValue("detail", out var property) is true
                    && property is OpenApiSchema detail)
                {
                    detail.Extensions ??= new Dictionary<string, IOpenApiExtension>();
                    detail.Extensions["x-ms-primary-error-message"] = new JsonNodeExtension(true);
                }

                // The generator omits the type of enums.
                if (schema.Enum is { Count: > 0 } && schema.Type is null)
                    schema.Type = JsonSchemaType.String;
                // And the items of untyped arrays, which the rules of Spectral require.
                if (schema.Type is JsonSchemaType.Array)
                    schema.Items ??= new OpenApiSchema();
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
            {
                foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
                    tag.Description = TagDescriptions.Of(tag.Name!);
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer<SecurityTransformer>();
            options.AddOperationTransformer<SecurityTransformer>();
        });
    }

    public static void UseDocumentation(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapOpenApi("/openapi/{documentName}.yaml");
        // The addresses of Django REST framework with drf-yasg.
        foreach (var extension in (string[])["json", "yaml"])
        {
            app.MapGet($"/swagger.{extension}", (HttpRequest request) =>
                TypedResults.Redirect($"{request.PathBase}/openapi/v1.{extension}", permanent: true))
                .ExcludeFromDescription();
        }

        app.MapScalarApiReference(ScalarPath, options => options
            .WithTitle("Cities")
            .WithOpenApiRoutePattern(DocumentPath)
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools());
        // The middleware of the pages should process only requests for the pages.
        app.UseWhen(IsPage, pages =>
        {
            pages.Use(ForbidOtherHosts);
            pages.UseSwaggerUI(options =>
            {
                options.RoutePrefix = "swagger";
                options.DocumentTitle = "Cities - Swagger UI";
                options.SwaggerEndpoint(DocumentPath, "Cities v1");
            });
            pages.UseReDoc(options =>
            {
                options.RoutePrefix = "redoc";
                options.DocumentTitle = "Cities - ReDoc";
                options.SpecUrl = DocumentPath;
                options.IndexStream = WithoutWebFonts(options.IndexStream);
            });
        });
    }

    private static bool IsPage(HttpContext context) => Pages.Any(page => context.Request.Path.StartsWithSegments(page));

    /// <summary>Sets the security headers of the pages, which prevent third-party requests.</summary>
    private static Task ForbidOtherHosts(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri "
            + "'self'; frame-ancestors 'none'";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    private static Func<Stream> WithoutWebFonts(Func<Stream> page) => () =>
    {
        using var reader = new StreamReader(page());
        return new MemoryStream(Encoding.UTF8.GetBytes(WebFontLink().Replace(reader.ReadToEnd(), "")));
    };

    [GeneratedRegex("""<link[^>]+href="https?://[^>]+>""")]
    private static partial Regex WebFontLink();
}

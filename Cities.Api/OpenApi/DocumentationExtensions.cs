using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Swashbuckle.AspNetCore.ReDoc;

namespace Cities.Api.OpenApi;

/// <summary>
/// Serves the OpenAPI document and three pages that display it. Their scripts are part of the packages, so the pages
/// make no third-party requests.
/// </summary>
internal static partial class DocumentationExtensions
{
    private const string DocumentPath = "/openapi/v1.json";
    private const string ScalarPath = "/scalar";
    private const string ReDocPath = "/redoc";
    private const string ReDocScript = "redoc.standalone.js";
    private static readonly PathString[] Pages = [ScalarPath, "/swagger", ReDocPath];
    private static readonly Lazy<byte[]> ReDocScriptWithoutLogo = new(ReadReDocScriptWithoutLogo);

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
            .HideDeveloperTools()
            // For its inline script, which the policy of the pages forbids otherwise.
            .WithNonce());
        // The middleware of the pages should process only requests for the pages.
        app.UseWhen(IsPage, pages =>
        {
            pages.Use(ForbidOtherHosts);
            pages.Use(SendReDocScript);
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

    /// <summary>
    /// Sets the security headers of the pages, which prevent third-party requests and inline scripts. The explorer, on
    /// the same origin, keeps a key in the session storage. The pages generate inline styles.
    /// </summary>
    private static Task ForbidOtherHosts(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var nonce = context.Items[ScalarOptions.NonceHttpContextItemKey] is string value ? $" 'nonce-{value}'" : "";
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self'{nonce}; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
                + "img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>
    /// Sends ReDoc's script without the address of its makers' logo. The page hides a logo that is empty.
    /// </summary>
    private static Task SendReDocScript(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != $"{ReDocPath}/{ReDocScript}")
            return next(context);
        context.Response.ContentType = "text/javascript; charset=utf-8";
        context.Response.Headers.CacheControl = "max-age=604800";
        return context.Response.Body.WriteAsync(ReDocScriptWithoutLogo.Value, context.RequestAborted).AsTask();
    }

    private static byte[] ReadReDocScriptWithoutLogo()
    {
        using var resource = typeof(ReDocOptions).Assembly.GetManifestResourceStream(
            $"Swashbuckle.AspNetCore.ReDoc.node_modules.redoc.bundles.{ReDocScript}")!;
        using var reader = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        return Encoding.UTF8.GetBytes(
            reader.ReadToEnd().Replace("https://cdn.redoc.ly/redoc/logo-mini.svg", "data:,", StringComparison.Ordinal));
    }

    private static Func<Stream> WithoutWebFonts(Func<Stream> page) => () =>
    {
        using var reader = new StreamReader(page());
        return new MemoryStream(Encoding.UTF8.GetBytes(WebFontLink().Replace(reader.ReadToEnd(), "")));
    };

    [GeneratedRegex("""<link[^>]+href="https?://[^>]+>""")]
    private static partial Regex WebFontLink();
}

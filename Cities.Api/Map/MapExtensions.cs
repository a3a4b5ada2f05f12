namespace Cities.Api.Map;

/// <summary>The page at <c>/</c>: cities on a map, in <c>wwwroot</c>. All that it needs is there too.</summary>
internal static class MapExtensions
{
    /// <summary>
    /// Nothing from another host, no script or style within a page, and no frame around it. MapLibre's worker is a blob, made by its own
    /// script; its icons are data.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; worker-src blob:; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>The first is that of <c>/</c>.</summary>
    private static readonly string[] Pages = ["/index.html", "/imports.html"];

    public static void AddMapPages(this WebApplicationBuilder builder) =>
        // Where the API runs as it was built, and not published, the files are elsewhere; by default that is known in development only.
        builder.WebHost.UseStaticWebAssets();

    /// <summary>Has <c>/</c> stand for the page, before an endpoint is looked for, and gives the pages their policy.</summary>
    public static void UseMapPages(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // Not by UseDefaultFiles, which looks for a folder at each request.
            if (context.Request.Path == "/" && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
                context.Request.Path = Pages[0];
            if (Pages.Contains(context.Request.Path.Value ?? ""))
            {
                context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                context.Response.Headers["Referrer-Policy"] = "no-referrer";
            }

            return next(context);
        });
    }

    /// <summary>
    /// Maps the files, compressed beforehand and with their ETags. A map takes many of them at once: they do not count as requests of the API,
    /// and hold nothing of its data.
    /// </summary>
    public static void MapPages(this WebApplication app) => app.MapStaticAssets().DisableRateLimiting().AllowAnonymous();
}

namespace Cities.Api.Map;

/// <summary>Serves the pages in <c>wwwroot</c>, such as the map at <c>/</c>, with all files that they need.</summary>
internal static class MapExtensions
{
    /// <summary>
    /// The pages make no third-party requests, contain no inline scripts or styles, and cannot be framed. MapLibre
    /// loads its worker from a blob and its icons from data URLs.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
        + "worker-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>The pages. The first one is also served at <c>/</c>.</summary>
    private static readonly string[] Pages = ["/index.html", "/imports.html"];

    public static void AddMapPages(this WebApplicationBuilder builder) =>
        // Finds the files if the API runs from its build output. By default, this works in the Development environment
        // only.
        builder.WebHost.UseStaticWebAssets();

    /// <summary>
    /// Rewrites <c>/</c> to the first page before routing, and sets the security headers of the pages.
    /// </summary>
    public static void UseMapPages(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // Not with UseDefaultFiles, which accesses the file system for each request.
            if (context.Request.Path == "/"
                && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
            {
                context.Request.Path = Pages[0];
            }

            if (Pages.Contains(context.Request.Path.Value ?? ""))
            {
                SetSecurityHeaders(context.Response);
            }

            return next(context);
        });
    }

    /// <summary>Sets the security headers of a page.</summary>
    public static void SetSecurityHeaders(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>
    /// Maps the static files, which are compressed at build time and have ETags. The rate limit does not apply to them,
    /// because a page loads many files at once. Anonymous clients can always read them, because they contain no data.
    /// </summary>
    public static void MapPages(this WebApplication app) =>
        app.MapStaticAssets().DisableRateLimiting().AllowAnonymous();
}

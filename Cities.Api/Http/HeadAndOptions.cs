namespace Cities.Api.Http;

/// <summary>
/// Adds HEAD to all endpoints with GET, OPTIONS to all endpoints, and both methods to the Allow header.
/// </summary>
internal static class HeadAndOptions
{
    /// <summary>
    /// Processes HEAD as GET; the server omits the body. Endpoints and the OpenAPI document do not need HEAD, and both
    /// methods share the answers of the output cache.
    /// </summary>
    public static void UseHead(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            // Logs and telemetry read the method after the request has completed.
            context.Request.Method = HttpMethods.Head;
        }
    });

    /// <summary>
    /// Answers OPTIONS with 204 instead of 405, because no endpoint handles it, and adds HEAD and OPTIONS to the
    /// methods that routing lists in Allow. The CORS middleware answers preflight requests.
    /// </summary>
    public static void UseOptions(this WebApplication app) => app.Use(async (context, next) =>
    {
        await next(context);
        var response = context.Response;
        if (response.StatusCode != StatusCodes.Status405MethodNotAllowed || response.HasStarted)
            return;
        var allowed = response.Headers.GetCommaSeparatedValues("Allow").ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (allowed.Contains(HttpMethods.Get))
            allowed.Add(HttpMethods.Head);
        allowed.Add(HttpMethods.Options);
        response.Headers.Allow = string.Join(", ", allowed.Order(StringComparer.Ordinal));
        if (HttpMethods.IsOptions(context.Request.Method))
            response.StatusCode = StatusCodes.Status204NoContent;
    });
}

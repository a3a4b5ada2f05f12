namespace Cities.Api.Http;

/// <summary>HEAD wherever there is GET, OPTIONS everywhere, and an Allow that names both.</summary>
internal static class HeadAndOptions
{
    /// <summary>
    /// Answers a HEAD as the GET that it stands for; the server leaves the body out. Endpoints need not know of HEAD, nor
    /// need the OpenAPI document, and both methods share what the output cache keeps.
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
            // For logs and telemetry, which read it when all is done.
            context.Request.Method = HttpMethods.Head;
        }
    });

    /// <summary>
    /// Turns the refusal of OPTIONS, for which no endpoint is made, into its answer, and completes the methods that routing
    /// lists in Allow. (A preflight request is answered by CORS.)
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

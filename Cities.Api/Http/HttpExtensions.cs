
namespace Cities.Api.Http;

/// <summary>The middleware that all endpoints share.</summary>
internal static class HttpExtensions
{
    public static void AddHttp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        builder.Services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<CommonHeaders>();
        builder.AddForwarding();
        builder.AddDraining();
        builder.AddRequestLimits();
        builder.AddErrors();
        builder.AddCors();
        builder.AddSecurity();
        builder.AddRateLimiting();
        builder.AddHttpCaching();
        builder.AddLoadShedding();
        builder.AddCompression();
    }

    /// <summary>Adds the middleware to the pipeline. The order matters.</summary>
    public static void UseHttp(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;

        // All other middleware uses the client's address and scheme.
        app.UseForwarding();
        app.UseTransportSecurity();
        app.UseDraining();

        // HEAD becomes GET before routing, because endpoints handle only GET.
        app.UseHead();
        if (options.Cache.Output && options.Authentication.AllowAnonymous)
            app.UseMiddleware<EarlyAnswerMiddleware>();
        app.UseRouting();

        // Telemetry covers all answers, and needs the endpoint that routing finds.
        app.UseRequestTelemetry();

        // The common headers come before error handling, so that errors and rejected requests have them too.
        app.UseCommonHeaders();
        app.UseErrors();
        app.UseOptions();

        // CORS comes before the rate limiter, so that a page of another site can read a 429 answer. It comes before the
        // cache, because its headers depend on the origin.
        app.UseCors();

        // The rate limit depends on the client, so authentication comes first. The limiter also counts requests with
        // invalid credentials. No request reaches the cache or an endpoint before these checks.
        app.UseAuthentication();
        if (options.RateLimit.Enabled)
            app.UseRateLimiter();
        app.UseAccessDenials();

        // A 304 answer needs no query. Compression is innermost, so that the cache keeps compressed answers, whose
        // bytes are those that the ETag identifies.
        app.UseHttpCaching();
        if (options.Cache.Output)
            app.UseMiddleware<AnswerCacheMiddleware>();
        // Only requests that the cache could not answer count as load.
        app.UseLoadShedding();
        app.UseResponseCompression();
    }

    /// <summary>
    /// Sets the headers when the answer starts, because the exception handler clears earlier headers.
    /// </summary>
    private static void UseCommonHeaders(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<CommonHeaders>();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                headers.Set(context);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}

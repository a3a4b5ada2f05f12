
namespace Cities.Api.Http;

/// <summary>What all answers have in common, whichever endpoint makes them.</summary>
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

    /// <summary>Puts the middlewares in their order, which is what they depend on.</summary>
    public static void UseHttp(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value;

        // Who asks, and how, is what all others go by.
        app.UseForwarding();
        app.UseTransportSecurity();
        app.UseDraining();

        // A HEAD is a GET before an endpoint is looked for.
        app.UseHead();
        if (options.Cache.Output && options.Authentication.AllowAnonymous)
            app.UseMiddleware<EarlyAnswerMiddleware>();
        app.UseRouting();

        // Whatever the answer is; it needs the endpoint.
        app.UseRequestTelemetry();

        // Outside of the errors, for these are answers too, and before anything that a limit could refuse.
        app.UseCommonHeaders();
        app.UseErrors();
        app.UseOptions();

        // A page of another site shall be able to read that it was refused, so CORS is outside of the limit; its headers
        // depend on who asks, so it is outside of the cache as well.
        app.UseCors();

        // The limit is that of who asks, and counts those who are refused. Nobody is answered, from the cache or otherwise, before that.
        app.UseAuthentication();
        if (options.RateLimit.Enabled)
            app.UseRateLimiter();
        app.UseAccessDenials();

        // 304 before anything is looked up. Compression is innermost: what the cache keeps is compressed once, and its
        // bytes are those that the ETag stands for.
        app.UseHttpCaching();
        if (options.Cache.Output)
            app.UseMiddleware<AnswerCacheMiddleware>();
        // What is left has to be made.
        app.UseLoadShedding();
        app.UseResponseCompression();
    }

    /// <summary>Sets the headers when the answer starts, because the exception handler clears the headers that are set before.</summary>
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

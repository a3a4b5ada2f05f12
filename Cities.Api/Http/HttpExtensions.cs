using Cities.Api.Errors;
using Cities.Api.Security;
using Cities.Api.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Cities.Api.Http;

/// <summary>What all answers have in common, whichever endpoint makes them.</summary>
internal static class HttpExtensions
{
    public static void AddHttp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        builder.Services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateOnStart();
        builder.AddForwarding();
        builder.AddDraining();
        builder.AddLimits();
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
        app.UseRouting();

        // Whatever the answer is; it needs the endpoint.
        app.UseRequestTelemetry();

        // Outside of the errors, for these are answers too, and before anything that a limit could refuse.
        app.UseCommonHeaders(options);
        app.UseErrors();
        app.UseOptions();

        // A page of another site shall be able to read that it was refused, so CORS is outside of the limit; its headers
        // depend on who asks, so it is outside of the cache as well.
        app.UseCors();

        // The limit is that of who asks, and counts those who are refused. Nobody is answered, from the cache or otherwise, before that.
        app.UseAuthentication();
        if (options.RateLimit.Enabled)
            app.UseRateLimiter();
        app.UseRefusals();

        // 304 before anything is looked up. Compression is innermost: what the cache keeps is compressed once, and its
        // bytes are those that the ETag stands for.
        app.UseHttpCaching();
        if (options.Cache.Output)
            app.UseOutputCaching();
        // What is left has to be made.
        app.UseLoadShedding();
        app.UseResponseCompression();
    }

    private static void UseCommonHeaders(this WebApplication app, ApiOptions options)
    {
        // Tiles and data are loaded by pages of any site, isolated ones (COEP) included, unless sites are named: these load by CORS, which
        // this header leaves alone.
        var resourcePolicy = options.Cors.AllowsAny ? "cross-origin" : "same-origin";
        app.Use((context, next) =>
        {
            // When the answer starts, because the handler of exceptions clears all headers that were set before.
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers["Cross-Origin-Resource-Policy"] = resourcePolicy;
                if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
                    context.Response.Headers.CacheControl = "no-store";
                else if (!options.Authentication.AllowAnonymous && context.Response.Headers.CacheControl.Count == 0)
                    context.Response.Headers.CacheControl = "private";
                // The server reads no body of that size: it ends the connection, and says so by itself only if somebody tried to read it.
                if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize
                    && HttpProtocol.IsHttp11(context.Request.Protocol))
                {
                    context.Response.Headers.Connection = "close";
                }

                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}

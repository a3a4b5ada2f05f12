using Cities.Api.Telemetry;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Keeps answers in the memory of the process. A new import needs no eviction: its version is part of the key, on every
/// replica, and what was kept before is never asked for again.
/// </summary>
internal static class OutputCaching
{
    public static void AddOutputCaching(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOutputCache();
        builder.Services.AddOptions<OutputCacheOptions>().Configure<IOptions<ApiOptions>>((cache, api) =>
        {
            cache.SizeLimit = api.Value.Cache.OutputSize;
            cache.MaximumBodySize = api.Value.Cache.OutputBodySize;
            cache.DefaultExpirationTimeSpan = api.Value.Cache.OutputDuration;
            cache.UseCaseSensitivePaths = true;
            cache.AddBasePolicy(new CacheablePolicy());
        });
    }

    public static void UseOutputCaching(this WebApplication app)
    {
        // The middleware would answer 504 for what it has not kept, as if there were a server behind this one to ask.
        app.Use((context, next) =>
        {
            if (HeaderUtilities.ContainsCacheDirective(context.Request.Headers.CacheControl, CacheControlHeaderValue.OnlyIfCachedString))
                context.Request.Headers.Remove(HeaderNames.CacheControl);
            return next(context);
        });
        app.UseOutputCache();
        // An answer whose client has gone, or whose time is up, may end in its middle without an exception, and the cache
        // would keep it: https://github.com/dotnet/aspnetcore/issues/66877.
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Features.Get<CacheableRequest>() is not null)
                context.RequestAborted.ThrowIfCancellationRequested();
        });
    }

    private sealed class CacheablePolicy : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            if (context.HttpContext.Features.Get<CacheableRequest>() is { } request
                && context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StreamedMetadata>() is null)
            {
                context.EnableOutputCaching = true;
                context.AllowCacheLookup = true;
                context.AllowCacheStorage = true;
                // Otherwise those who wait for the first of equal requests are answered with what is left of it when its
                // client goes away: https://github.com/dotnet/aspnetcore/issues/52310.
                context.AllowLocking = false;
                // Path, query, headers and the version of the data, all in one.
                context.CacheVaryByRules.CacheKeyPrefix = request.Key;
                request.Result = CacheResult.Miss;
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            if (context.HttpContext.Features.Get<CacheableRequest>() is { } request)
                request.Result = CacheResult.Hit;
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            if (context.HttpContext.Response.StatusCode != StatusCodes.Status200OK
                || context.HttpContext.Features.Get<CacheableRequest>() is { IsOfKey: false })
            {
                context.AllowCacheStorage = false;
            }

            return ValueTask.CompletedTask;
        }
    }
}

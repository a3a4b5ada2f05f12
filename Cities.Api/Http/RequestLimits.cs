using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Cities.Api.Http;

/// <summary>Limits the size of a request, its duration, and the time that the server waits for a slow client.</summary>
internal static class RequestLimits
{
    public static void AddRequestLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            // The request line contains the method, the URL and the version. The longest useful URL is much shorter.
            kestrel.Limits.MaxRequestLineSize = 8 << 10;
            kestrel.Limits.MaxRequestHeaderCount = 100;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;

            // A slow client, or one that has disappeared, keeps a connection until these timeouts. A connection needs
            // only a few kilobytes. The number of connections has no limit, because one client that opens many
            // connections could then block the others.
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // Longer than the idle timeout of load balancers. Otherwise they could send a request on a connection that
            // the server is closing.
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            var rate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MinRequestBodyDataRate = rate;
            kestrel.Limits.MinResponseDataRate = rate;
        });
        builder.Services.AddRequestTimeouts();
        builder.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<ApiOptions>>((timeouts, api) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = api.Value.RequestTimeout,
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = context =>
                {
                    context.Response.Headers.RetryAfter = DatabaseFailureHandler.RetryAfterSeconds;
                    return Task.CompletedTask;
                },
            });
    }
}

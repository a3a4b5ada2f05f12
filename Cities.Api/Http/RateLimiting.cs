using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Cities.Api.Http;

/// <summary>
/// Keeps one client from taking the API away from the others. A client is an address; behind a proxy that is the proxy's,
/// unless forwarded headers are switched on (see README).
/// </summary>
internal static class RateLimiting
{
    // What a host, or a home, is given of IPv6: it can take any address in it.
    private const int HostPrefixBytes = 8;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static void AddRateLimiting(this IHostApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiOptions>>((limiter, api) =>
        {
            var bucket = new TokenBucketRateLimiterOptions
            {
                TokenLimit = api.Value.RateLimit.Burst,
                TokensPerPeriod = api.Value.RateLimit.PerSecond,
                ReplenishmentPeriod = Period,
                QueueLimit = 0,
            };
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context =>
                RateLimitPartition.GetTokenBucketLimiter(ClientOf(context.Connection.RemoteIpAddress), _ => bucket));
            limiter.OnRejected = RefuseAsync;
        });
    }

    /// <summary>Whose requests are counted together.</summary>
    internal static IPAddress ClientOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(HostPrefixBytes).Clear();
        return new IPAddress(bytes);
    }

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Period;
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        var context = rejected.HttpContext;
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status429TooManyRequests,
                Title = "Too Many Requests",
                Detail = "This client has asked for more than its share. Try again later.",
            },
        });
    }
}

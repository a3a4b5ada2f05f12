using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Http;

/// <summary>
/// Keeps one client from taking the API away from the others. A client is a key, or the holder of a token; who has not signed in, or
/// failed to, is an address. Behind a proxy that is the proxy's, unless forwarded headers are switched on (see README).
/// </summary>
internal static class RateLimiting
{
    // What a host, or a home, is given of IPv6: it can take any address in it.
    private const int HostPrefixBytes = 8;

    // As with the defaults.
    private const int BurstFactor = 2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly PreparedProblem Refusal = new(
        StatusCodes.Status429TooManyRequests, "This client has asked for more than its share. Try again later.");

    public static void AddRateLimiting(this IHostApplicationBuilder builder)
    {
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiOptions>>((limiter, api) =>
        {
            var limits = api.Value.RateLimit;
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Client>(context =>
                RateLimitPartition.GetTokenBucketLimiter(ClientOf(context, limits), CreateBucket));
            limiter.OnRejected = (rejected, _) => RefuseAsync(
                rejected.HttpContext, rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : null);
        });
    }

    /// <summary>Answers 429.</summary>
    /// <param name="context">The request.</param>
    /// <param name="wait">When to come back, if that is known.</param>
    public static ValueTask RefuseAsync(HttpContext context, TimeSpan? wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling((wait ?? Period).TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Refusal.WriteAsync(context);
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

    private static Client ClientOf(HttpContext context, RateLimitOptions limits) =>
        context.User.Identity is not { IsAuthenticated: true, Name: var name }
            ? new Client(ClientOf(context.Connection.RemoteIpAddress), null, limits.PerSecond, limits.Burst)
            : context.User.GetRequestsPerSecond() is { } own ? new Client(null, name, own, BurstFactor * own)
            : new Client(null, name, limits.KeyPerSecond, limits.KeyBurst);

    private static TokenBucketRateLimiterOptions CreateBucket(Client client) => new()
    {
        TokenLimit = client.Burst,
        TokensPerPeriod = client.PerSecond,
        ReplenishmentPeriod = Period,
        QueueLimit = 0,
    };

    /// <summary>Whose requests are counted together, by address or by name, and how many may be made.</summary>
    private readonly record struct Client(IPAddress? Address, string? Name, int PerSecond, int Burst);
}

/// <summary>The section <c>Api:RateLimit</c>.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Whether there is a limit.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests per second that one client may make for as long as it likes.</summary>
    [Range(1, 1_000_000)]
    public int PerSecond { get; set; } = 100;

    /// <summary>Requests that it may make at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 200;

    /// <summary>Requests per second of one key that has no limit of its own, and of the holder of a token.</summary>
    [Range(1, 1_000_000)]
    public int KeyPerSecond { get; set; } = 500;

    /// <summary>Requests that these may make at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int KeyBurst { get; set; } = 1000;
}

using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Http;

/// <summary>
/// Limits the requests of each client, so that no client can block the others: their rate here, and the number of
/// concurrent ones in <see cref="LoadShedding"/>. A key is a client, and so is the subject of a token. Requests without
/// valid credentials are counted by IP address. Behind a proxy this is the address of the proxy, unless the API reads
/// forwarded headers (see README).
/// </summary>
internal static class RateLimiting
{
    // A host or a home usually gets an IPv6 /64 prefix, and can use any address in it.
    private const int HostPrefixBytes = 8;

    // The ratio of the default settings.
    private const int BurstFactor = 2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly PreparedProblem Refusal = new(
        StatusCodes.Status429TooManyRequests, "The client has exceeded its rate limit. Try again later.");

    private static readonly PreparedProblem ConcurrencyRefusal = new(
        StatusCodes.Status429TooManyRequests,
        "Too many requests of the client are waiting. Send fewer requests at once.");

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
                rejected.HttpContext,
                rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : null);
        });
    }

    /// <summary>Counts a further item of a request, which itself counts as its first item.</summary>
    /// <param name="context">The request.</param>
    /// <returns>Whether the client is within its limit; always true if the rate is not limited.</returns>
    public static bool TryCount(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.RateLimit.Enabled)
            return true;
        var limiter = context.RequestServices.GetRequiredService<IOptions<RateLimiterOptions>>().Value.GlobalLimiter!;
        using var lease = limiter.AttemptAcquire(context);
        return lease.IsAcquired;
    }

    /// <summary>
    /// Creates a limiter of the concurrent requests of each client. It distinguishes clients as the rate limit does.
    /// </summary>
    /// <param name="limits">The limits of a client.</param>
    /// <param name="concurrency">The options of each client's limiter.</param>
    public static PartitionedRateLimiter<HttpContext> CreateConcurrencyLimiter(
        RateLimitOptions limits, ConcurrencyLimiterOptions concurrency) =>
        PartitionedRateLimiter.Create<HttpContext, Client>(context =>
            RateLimitPartition.GetConcurrencyLimiter(ClientOf(context, limits), _ => concurrency));

    /// <summary>Answers 429, because the client has exceeded its rate limit.</summary>
    /// <param name="context">The request.</param>
    /// <param name="wait">The time until the next request is allowed, or null if it is unknown.</param>
    public static ValueTask RefuseAsync(HttpContext context, TimeSpan? wait) => RefuseAsync(context, wait, Refusal);

    /// <summary>Answers 429, because too many requests of the client are waiting.</summary>
    public static ValueTask RefuseConcurrencyAsync(HttpContext context) =>
        RefuseAsync(context, wait: null, ConcurrencyRefusal);

    /// <summary>Converts an address to the one by which requests are counted.</summary>
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

    private static ValueTask RefuseAsync(HttpContext context, TimeSpan? wait, PreparedProblem refusal)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling((wait ?? Period).TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return refusal.WriteAsync(context);
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

    /// <summary>A client, identified by its address or its name, with its limits.</summary>
    private readonly record struct Client(IPAddress? Address, string? Name, int PerSecond, int Burst);
}

/// <summary>The section <c>Api:RateLimit</c>.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Whether the API limits the rate and the concurrency of each client.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The sustained number of requests per second of an anonymous client.</summary>
    [Range(1, 1_000_000)]
    public int PerSecond { get; set; } = 100;

    /// <summary>The number of requests that an anonymous client can send at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 200;

    /// <summary>
    /// The sustained number of requests per second of a key that has no limit of its own, or of the subject of a token.
    /// </summary>
    [Range(1, 1_000_000)]
    public int KeyPerSecond { get; set; } = 500;

    /// <summary>The number of requests that such a key or subject can send at once after a pause.</summary>
    [Range(1, 1_000_000)]
    public int KeyBurst { get; set; } = 1000;

    /// <summary>
    /// The maximum number of concurrent requests of one client that need data. The default is half the number of
    /// connections to the database, so that a client cannot use all of them.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? Concurrency { get; set; }

    /// <summary>
    /// The maximum number of requests of one client in its queue. The default is 32 times <see cref="Concurrency"/>.
    /// The API rejects further requests.
    /// </summary>
    [Range(0, 1_000_000)]
    public int? Queue { get; set; }
}

using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Http;

/// <summary>
/// Limits the number of requests that the API processes concurrently, for all clients together. A limited number of
/// requests waits in a queue. The API rejects further requests with 503 immediately, so that the others do not wait
/// long. The limit does not apply to answers from memory, 304 answers and health checks. A client can use only a part
/// of it: its other requests wait in a queue of their own, and further ones are rejected with 429.
/// </summary>
internal sealed class LoadShedding : IDisposable
{
    /// <summary>The value of Retry-After. A full queue usually empties within this time.</summary>
    private const string RetryAfterSeconds = "1";

    /// <summary>
    /// Enough to keep the connections busy while answers are written, and few enough that health checks and the query
    /// for the version of the data, which have no limit, get a connection soon.
    /// </summary>
    private const int RequestsPerConnection = 2;

    /// <summary>
    /// Enough for a burst or a short pause of the database. If each request takes a few milliseconds, a full queue
    /// empties within a second.
    /// </summary>
    private const int WaitingPerRequest = 32;

    private static readonly PreparedProblem Refusal = new(
        StatusCodes.Status503ServiceUnavailable, "The API is processing too many requests. Try again later.");

    private readonly ConcurrencyLimiter _requests;
    private readonly ConcurrencyLimiter _bodies;
    private readonly ConcurrencyLimiter _edits;
    private readonly ConcurrencyLimiter _streams;
    private readonly PartitionedRateLimiter<HttpContext>? _clientRequests;
    private readonly PartitionedRateLimiter<HttpContext>? _clientStreams;

    public LoadShedding(IOptions<ApiOptions> options, NpgsqlDataSource database)
    {
        var connections = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        var limit = options.Value.Concurrency.Limit ?? RequestsPerConnection * connections;
        var queue = options.Value.Concurrency.Queue ?? WaitingPerRequest * limit;
        _requests = Create(limit, queue);
        // A client may send its body slowly. With a limit of their own, these requests do not block the others.
        _bodies = Create(Math.Max(1, limit / 2), queue / 2);
        // Bodies of anonymous clients do not block editors.
        _edits = Create(Math.Max(1, limit / 2), queue / 2);
        // A stream holds its connection while the client reads. Half of the connections remain for other requests.
        var streams = Math.Max(1, connections / 2);
        _streams = Create(streams, queue / 2);

        var client = options.Value.RateLimit;
        if (!client.Enabled)
            return;
        var ofClient = client.Concurrency ?? Math.Max(1, connections / 2);
        var clientQueue = client.Queue ?? WaitingPerRequest * ofClient;
        _clientRequests = RateLimiting.CreateConcurrencyLimiter(client, OptionsOf(ofClient, clientQueue));
        _clientStreams = RateLimiting.CreateConcurrencyLimiter(
            client, OptionsOf(Math.Max(1, Math.Min(ofClient, streams / 2)), clientQueue / 2));
    }

    /// <summary>Waits until a request can start.</summary>
    /// <returns>
    /// The lease. It is not acquired if a queue is full. Dispose of it to let another request start.
    /// </returns>
    public ValueTask<RateLimitLease> EnterAsync(HttpContext context)
    {
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
        var needsRole = context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;
        return AcquireAsync(context, _clientRequests, !hasBody ? _requests : needsRole ? _edits : _bodies);
    }

    /// <summary>
    /// Waits until a request that has started can stream an answer of any length. Releases the lease of
    /// <see cref="EnterAsync"/>, so that the stream does not count towards the limit of the other requests.
    /// </summary>
    /// <returns>The lease, as from <see cref="EnterAsync"/>.</returns>
    public ValueTask<RateLimitLease> EnterStreamAsync(HttpContext context)
    {
        context.Features.Get<RateLimitLease>()?.Dispose();
        return AcquireAsync(context, _clientStreams, _streams);
    }

    /// <summary>Answers 503, or 429 if the queue of the client is full.</summary>
    /// <param name="context">The request.</param>
    /// <param name="lease">The lease that was not acquired.</param>
    public static ValueTask RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        if (lease is ClientLease { IsRefusedToClient: true })
            return RateLimiting.RefuseConcurrencyAsync(context);
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Refusal.WriteAsync(context);
    }

    public void Dispose()
    {
        _requests.Dispose();
        _bodies.Dispose();
        _edits.Dispose();
        _streams.Dispose();
        _clientRequests?.Dispose();
        _clientStreams?.Dispose();
    }

    /// <summary>
    /// Waits for the requests of the client first, so that a request in the queue of all clients can start at once.
    /// </summary>
    private static async ValueTask<RateLimitLease> AcquireAsync(
        HttpContext context, PartitionedRateLimiter<HttpContext>? client, ConcurrencyLimiter all)
    {
        if (client is null)
            return await all.AcquireAsync(cancellationToken: context.RequestAborted);
        var ofClient = await client.AcquireAsync(context, cancellationToken: context.RequestAborted);
        if (!ofClient.IsAcquired)
            return new ClientLease(ofClient, null);
        try
        {
            return new ClientLease(ofClient, await all.AcquireAsync(cancellationToken: context.RequestAborted));
        }
        catch
        {
            ofClient.Dispose();
            throw;
        }
    }

    private static ConcurrencyLimiter Create(int limit, int queue) => new(OptionsOf(limit, queue));

    private static ConcurrencyLimiterOptions OptionsOf(int limit, int queue) => new()
    {
        PermitLimit = limit,
        QueueLimit = queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    /// <summary>A lease of the limit of a client, and of that of all clients.</summary>
    /// <param name="ofClient">The lease of the limit of the client.</param>
    /// <param name="ofAll">
    /// The lease of the limit of all clients, or null if the client has not acquired its own.
    /// </param>
    private sealed class ClientLease(RateLimitLease ofClient, RateLimitLease? ofAll) : RateLimitLease
    {
        public bool IsRefusedToClient => ofAll is null;

        public override bool IsAcquired => ofAll is { IsAcquired: true };

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                ofAll?.Dispose();
                ofClient.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

/// <summary>The middleware of <see cref="LoadShedding"/>.</summary>
internal static class LoadSheddingExtensions
{
    public static void AddLoadShedding(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<LoadShedding>();

    public static void UseLoadShedding(this WebApplication app)
    {
        var shedding = app.Services.GetRequiredService<LoadShedding>();
        app.Use(async (context, next) =>
        {
            // Endpoints without a rate limit do not query the database.
            if (context.GetEndpoint() is not { } endpoint
                || endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
            {
                await next(context);
                return;
            }

            using var lease = await shedding.EnterAsync(context);
            if (!lease.IsAcquired)
            {
                await LoadShedding.RefuseAsync(context, lease);
                return;
            }

            context.Features.Set(lease);
            // When the answer starts, the database has finished the query. A slow client does not block other requests.
            context.Response.OnStarting(static state =>
            {
                ((RateLimitLease)state).Dispose();
                return Task.CompletedTask;
            }, lease);
            await next(context);
        });
    }
}

/// <summary>The section <c>Api:Concurrency</c>: the limits of <see cref="LoadShedding"/>.</summary>
internal sealed class ConcurrencyOptions
{
    /// <summary>
    /// The maximum number of concurrent requests that need data. The default is two for each connection to the
    /// database.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? Limit { get; set; }

    /// <summary>
    /// The maximum number of requests in the queue. The default is 32 times <see cref="Limit"/>. The API rejects
    /// further requests.
    /// </summary>
    [Range(0, 1_000_000)]
    public int? Queue { get; set; }
}

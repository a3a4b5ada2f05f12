using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Http;

/// <summary>
/// Keeps more requests from being begun than the database answers soon: those beyond are refused at once, whoever asks, so
/// that the others need not wait for long. Answers from memory, 304 and health are no part of it.
/// </summary>
internal sealed class LoadShedding : IDisposable
{
    /// <summary>When to come back: a queue is over by then.</summary>
    private const string RetryAfterSeconds = "1";

    /// <summary>
    /// Enough to keep the connections busy while answers are written, and few enough that the probe of health and the query
    /// for the version of the data, which are not counted, find a connection soon.
    /// </summary>
    private const int RequestsPerConnection = 2;

    /// <summary>Enough for a burst, or a moment in which nothing moves; over in a second where each takes some milliseconds.</summary>
    private const int WaitingPerRequest = 32;

    private static readonly PreparedProblem Refusal = new(
        StatusCodes.Status503ServiceUnavailable, "Too many requests are under way. Try again later.");

    private readonly ConcurrencyLimiter _requests;
    private readonly ConcurrencyLimiter _bodies;
    private readonly ConcurrencyLimiter _streams;

    public LoadShedding(IOptions<ApiOptions> options, NpgsqlDataSource database)
    {
        var connections = new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize;
        var limit = options.Value.Concurrency.Limit ?? RequestsPerConnection * connections;
        var queue = options.Value.Concurrency.Queue ?? WaitingPerRequest * limit;
        _requests = Create(limit, queue);
        // A body comes as fast as its client sends it: those that wait for theirs keep nobody else waiting.
        _bodies = Create(Math.Max(1, limit / 2), queue / 2);
        // A stream keeps its connection for as long as its client reads: half of them are for others.
        _streams = Create(Math.Max(1, connections / 2), queue / 2);
    }

    /// <summary>Waits until a request may begin.</summary>
    /// <returns>Disposed of when others may begin; not acquired where too many wait already.</returns>
    public ValueTask<RateLimitLease> EnterAsync(HttpContext context)
    {
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
        return (hasBody ? _bodies : _requests).AcquireAsync(cancellationToken: context.RequestAborted);
    }

    /// <summary>Waits until a request that may begin may be answered at any length; it does not count among the others meanwhile.</summary>
    /// <returns>As <see cref="EnterAsync"/>.</returns>
    public ValueTask<RateLimitLease> EnterStreamAsync(HttpContext context)
    {
        context.Features.Get<RateLimitLease>()?.Dispose();
        return _streams.AcquireAsync(cancellationToken: context.RequestAborted);
    }

    /// <summary>Answers 503.</summary>
    public static ValueTask RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Refusal.WriteAsync(context);
    }

    public void Dispose()
    {
        _requests.Dispose();
        _bodies.Dispose();
        _streams.Dispose();
    }

    private static ConcurrencyLimiter Create(int limit, int queue) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limit,
        QueueLimit = queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });
}

/// <summary>The middleware of <see cref="LoadShedding"/>.</summary>
internal static class LoadSheddingExtensions
{
    public static void AddLoadShedding(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<LoadShedding>();

    public static void UseLoadShedding(this WebApplication app)
    {
        var shedding = app.Services.GetRequiredService<LoadShedding>();
        app.Use(async (context, next) =>
        {
            // What no limit of requests applies to needs no data.
            if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
            {
                await next(context);
                return;
            }

            using var lease = await shedding.EnterAsync(context);
            if (!lease.IsAcquired)
            {
                await LoadShedding.RefuseAsync(context);
                return;
            }

            context.Features.Set(lease);
            // From then on the database has done its part, and a slow client keeps nobody else waiting.
            context.Response.OnStarting(static state =>
            {
                ((RateLimitLease)state).Dispose();
                return Task.CompletedTask;
            }, lease);
            await next(context);
        });
    }
}

/// <summary>The section <c>Api:Concurrency</c>: what <see cref="LoadShedding"/> goes by.</summary>
internal sealed class ConcurrencyOptions
{
    /// <summary>Requests that need data and are under way at once; by default two for each connection to the database.</summary>
    [Range(1, 1_000_000)]
    public int? Limit { get; set; }

    /// <summary>Requests that wait for one of those to end, by default 32 for each; more are refused.</summary>
    [Range(0, 1_000_000)]
    public int? Queue { get; set; }
}

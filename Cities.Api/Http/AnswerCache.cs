using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Keeps answers in the memory of the process. An import or edit needs no eviction: the version of the data is part of
/// the key, so no request finds an answer from an older version.
/// </summary>
internal sealed class AnswerCache(IOptions<ApiOptions> options) : IDisposable
{
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = options.Value.Cache.OutputSize });

    /// <summary>The size of the largest body that is kept, in bytes.</summary>
    public long MaximumBodySize { get; } = options.Value.Cache.OutputBodySize;

    /// <summary>Finds an answer.</summary>
    /// <param name="identity">The text of <see cref="EntityTags.Identify"/>.</param>
    public CachedAnswer? Find(RequestIdentity identity) =>
        _answers.TryGetValue(identity.Text, out CachedAnswer? answer) ? answer : null;

    /// <summary>Keeps an answer.</summary>
    public void Keep(RequestIdentity identity, CachedAnswer answer) => _answers.Set(
        identity.Text.ToString(),
        answer,
        new MemoryCacheEntryOptions
        {
            Size = answer.Size + (sizeof(char) * identity.Text.Length),
            AbsoluteExpirationRelativeToNow = options.Value.Cache.OutputDuration,
        });

    public void Dispose() => _answers.Dispose();
}

/// <summary>An answer with the status 200.</summary>
internal sealed class CachedAnswer
{
    /// <summary>The estimated memory of an entry besides its body, in bytes.</summary>
    private const int Overhead = 1024;

    /// <summary>
    /// The headers that depend on the content. All others depend on the request, and are set for each one.
    /// </summary>
    private static readonly string[] ContentHeaders =
    [
        HeaderNames.ContentType,
        HeaderNames.ContentEncoding,
        HeaderNames.ContentLanguage,
        HeaderNames.ContentSecurityPolicy,
        "Referrer-Policy",
        OgcItems.ContentCrs,
        HeaderNames.Vary,
    ];

    private readonly List<KeyValuePair<string, StringValues>> _headers;
    private readonly byte[] _body;

    public CachedAnswer(HttpContext context, string etag, byte[] body)
    {
        ETag = etag;
        Endpoint = context.GetEndpoint();
        RouteValues = new RouteValueDictionary(context.Request.RouteValues);
        _headers = [.. ContentHeaders.Where(context.Response.Headers.ContainsKey)
            .Select(name => KeyValuePair.Create(name, context.Response.Headers[name]))];
        _body = body;
    }

    public string ETag { get; }

    /// <summary>The endpoint that made the answer, for telemetry.</summary>
    public Endpoint? Endpoint { get; }

    /// <summary>The route values of the request, for telemetry.</summary>
    public RouteValueDictionary RouteValues { get; }

    /// <summary>The memory of the answer, in bytes.</summary>
    public long Size => _body.Length + Overhead;

    /// <summary>Sets the headers of the content.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="hasContent">Whether the answer has the content; otherwise only Vary is set.</param>
    public void SetHeaders(IHeaderDictionary headers, bool hasContent)
    {
        foreach (var (name, value) in _headers)
        {
            if (hasContent || name == HeaderNames.Vary)
                headers[name] = value;
        }
    }

    /// <summary>Sends the body.</summary>
    public ValueTask SendBodyAsync(HttpContext context)
    {
        context.Response.ContentLength = _body.Length;
        var sending = context.Response.BodyWriter.WriteAsync(_body, context.RequestAborted);
        return sending.IsCompletedSuccessfully ? default : new ValueTask(sending.AsTask());
    }
}

/// <summary>
/// Answers anonymous requests from memory before all other middleware. The rate limit, the headers and the metrics are
/// the same as for any other answer. The other middleware handles requests that this one cannot answer.
/// </summary>
internal sealed class EarlyAnswerMiddleware(
    RequestDelegate next,
    DataVersion dataVersion,
    EntityTags entityTags,
    AnswerCache answers,
    CacheHeaders cacheHeaders,
    CommonHeaders commonHeaders,
    ApiMetrics metrics,
    ILoggerFactory loggers,
    IOptions<ApiOptions> options,
    IOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions> limits)
{
    private readonly ILogger _requestLog = loggers.CreateLogger(RequestTelemetry.LogCategory);
    private readonly bool _isLimited = options.Value.RateLimit.Enabled;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        // A request with an Origin header needs CORS headers. The request log measures the time of all middleware.
        if (!HttpMethods.IsGet(request.Method)
            || ApiKeyHandler.HasCredentials(request)
            || request.Headers.Origin.Count > 0
            || _requestLog.IsEnabled(LogLevel.Information))
        {
            return next(context);
        }

        if (dataVersion.Current is not { } version || Find(request, version) is not { } answer)
            return next(context);
        if (_isLimited && limits.Value.GlobalLimiter is { } limiter)
        {
            using var lease = limiter.AttemptAcquire(context);
            if (!lease.IsAcquired)
                return next(context);
        }

        return SendAsync(context, answer);
    }

    private CachedAnswer? Find(HttpRequest request, string version)
    {
        using var identity = entityTags.Identify(request, version, stackalloc char[RequestIdentity.StackLength]);
        return answers.Find(identity);
    }

    private Task SendAsync(HttpContext context, CachedAnswer answer)
    {
        // The server's metrics contain the route, and the span contains the parameters of the request.
        context.SetEndpoint(answer.Endpoint);
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true })
        {
            context.Request.RouteValues = answer.RouteValues;
            RequestTelemetry.Describe(context);
        }

        var isNotModified = CacheHeaders.IsMatch(context.Request, answer.ETag);
        metrics.CountCacheRequest(context, isNotModified ? CacheResult.NotModified : CacheResult.Hit);
        answer.SetHeaders(context.Response.Headers, hasContent: !isNotModified);
        commonHeaders.Set(context);
        cacheHeaders.Set(context.Response.Headers, answer.ETag);
        if (!isNotModified)
            return answer.SendBodyAsync(context).AsTask();
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }
}

/// <summary>Answers from memory, and keeps new answers there.</summary>
internal sealed class AnswerCacheMiddleware(RequestDelegate next, AnswerCache answers, EntityTags entityTags)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<CacheableRequest>() is not { } request)
        {
            await next(context);
            return;
        }

        if (Find(context, request) is { } answer)
        {
            request.Result = CacheResult.Hit;
            answer.SetHeaders(context.Response.Headers, hasContent: true);
            await answer.SendBodyAsync(context);
            return;
        }

        request.Result = CacheResult.Miss;
        var body = await RecordAsync(context);
        // Do not keep an incomplete answer: the client may have disconnected, or the request may have timed out.
        context.RequestAborted.ThrowIfCancellationRequested();
        if (body is not null && context.Response.StatusCode == StatusCodes.Status200OK && request.IsOfLastSeen)
            Keep(context, request, body);
    }

    private CachedAnswer? Find(HttpContext context, CacheableRequest request)
    {
        using var identity = entityTags.Identify(
            context.Request, request.Version!, stackalloc char[RequestIdentity.StackLength]);
        return answers.Find(identity);
    }

    private void Keep(HttpContext context, CacheableRequest request, byte[] body)
    {
        using var identity = entityTags.Identify(
            context.Request, request.Version!, stackalloc char[RequestIdentity.StackLength]);
        answers.Keep(identity, new CachedAnswer(context, request.ETag!, body));
    }

    /// <summary>Calls the next middleware.</summary>
    /// <returns>The body of the answer, or null if the body is too large.</returns>
    private async Task<byte[]?> RecordAsync(HttpContext context)
    {
        var outer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var recording = new RecordingStream(outer.Stream, answers.MaximumBodySize);
        var inner = new StreamResponseBodyFeature(recording, outer);
        context.Features.Set<IHttpResponseBodyFeature>(inner);
        try
        {
            await next(context);
            // An answer without a body must not start here: UseStatusCodePages may add one.
            if (recording.HasWritten || inner.Writer.UnflushedBytes > 0)
                await inner.CompleteAsync();
        }
        finally
        {
            context.Features.Set(outer);
        }

        return recording.TakeBody();
    }
}

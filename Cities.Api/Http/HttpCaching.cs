using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>
/// Caching of answers that depend only on the request and on the data. Clients, proxies and the API can keep them.
/// </summary>
internal static class HttpCaching
{
    /// <summary>
    /// Adds ETag, Cache-Control and Vary to the successful answers to GET and HEAD, answers 304 if the client has the
    /// current answer, and keeps answers in memory. Use it only for endpoints whose answers depend only on the request
    /// and on the data.
    /// </summary>
    public static TBuilder WithHttpCaching<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods;
            if (methods?.Contains(HttpMethods.Get) != true)
                return;
            endpoint.Metadata.Add(CacheableMetadata.Instance);
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
        });
        return endpoints;
    }

    /// <summary>Adds <c>Cache-Control: no-store</c> to the answers, so that no cache keeps them.</summary>
    public static RouteGroupBuilder WithoutCaching(this RouteGroupBuilder endpoints) =>
        endpoints.AddEndpointFilter((invocation, next) =>
        {
            invocation.HttpContext.Response.Headers.CacheControl = "no-store";
            return next(invocation);
        });

    public static void AddHttpCaching(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ApiMetrics>();
        builder.Services.AddSingleton<EntityTags>();
        builder.Services.AddSingleton<CacheHeaders>();
        builder.Services.AddSingleton<AnswerCache>();
    }

    public static void UseHttpCaching(this WebApplication app) => app.UseMiddleware<HttpCachingMiddleware>();
}

/// <summary>Marks an endpoint of <see cref="HttpCaching.WithHttpCaching"/>.</summary>
internal sealed class CacheableMetadata
{
    public static readonly CacheableMetadata Instance = new();
}

/// <summary>The caching state of a request whose answer can be kept.</summary>
/// <param name="version">The version of the data that was last read.</param>
/// <param name="etag">The ETag, with its quotes, of a successful answer from that version.</param>
internal sealed class CacheableRequest(string version, string etag)
{
    private readonly string _lastSeen = version;

    /// <summary>The version of the data that the answer is made from, or null if no data has been imported.</summary>
    public string? Version { get; private set; } = version;

    /// <summary>The ETag of the answer, or null if it has none.</summary>
    public string? ETag { get; private set; } = etag;

    /// <summary>Whether the answer is made from the version that was last read.</summary>
    public bool IsOfLastSeen => Version == _lastSeen;

    /// <summary>The result for the metrics: one of <see cref="CacheResult"/>.</summary>
    public string Result { get; set; } = CacheResult.Bypass;

    /// <summary>
    /// Sets the version that the answer is made from. An import or edit may have changed it since it was last read.
    /// </summary>
    public void AnswerFrom(string? actual, HttpRequest request, EntityTags entityTags)
    {
        if (actual == Version)
            return;
        Version = actual;
        ETag = actual is null ? null : entityTags.Create(request, actual);
    }
}

/// <summary>The headers of answers that can be kept.</summary>
internal sealed class CacheHeaders(IOptions<ApiOptions> options)
{
    private static readonly string Vary = string.Join(", ", EntityTags.Vary);

    private readonly string _cacheControl =
        (options.Value.Authentication.AllowAnonymous ? "public" : "private")
        + FormattableString.Invariant($", max-age={options.Value.Cache.MaxAge.TotalSeconds:0}, stale-while-revalidate=")
        + FormattableString.Invariant($"{options.Value.Cache.StaleWhileRevalidate.TotalSeconds:0}");

    /// <summary>Sets ETag, Cache-Control and Vary.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="etag">The ETag of the answer, or null if nothing has been imported.</param>
    public void Set(IHeaderDictionary headers, string? etag)
    {
        if (etag is null)
        {
            headers.CacheControl = "no-store";
            return;
        }

        headers.ETag = etag;
        headers.CacheControl = _cacheControl;
        if (headers.Vary.Count == 0)
            headers.Vary = Vary;
        else if (headers.Vary != Vary)
            headers.Vary = Merge(headers.GetCommaSeparatedValues(HeaderNames.Vary));

        static string Merge(string[] others) =>
            string.Join(", ", EntityTags.Vary.Union(others, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether the client already has the answer: If-None-Match contains its ETag, or is *.</summary>
    public static bool IsMatch(HttpRequest request, string etag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } conditions
        && (conditions == etag
            || IsAmong(conditions, etag)
            || IsAmong(conditions, EntityTagHeaderValue.Any.Tag.Value!));

    /// <summary>Whether If-None-Match contains an ETag.</summary>
    public static bool IsAmong(StringValues conditions, string tag) =>
        EntityTagHeaderValue.TryParseList(conditions, out var tags)
        && tags.Any(each => each.Tag.Equals(tag, StringComparison.Ordinal));
}

/// <summary>Sets ETag, Cache-Control and Vary, and answers If-None-Match.</summary>
internal sealed class HttpCachingMiddleware(
    RequestDelegate next, DataVersion dataVersion, EntityTags entityTags, CacheHeaders headers, ApiMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<CacheableMetadata>() is null)
        {
            await next(context);
            return;
        }

        try
        {
            await AnswerAsync(context);
        }
        finally
        {
            metrics.CountCacheRequest(context, context.Features.Get<CacheableRequest>()?.Result ?? CacheResult.Bypass);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var conditions = context.Request.Headers.IfNoneMatch;
        // Only this middleware evaluates conditional headers. Answers have no Last-Modified date (RFC 9110, 13.1.3).
        context.Request.Headers.Remove(HeaderNames.IfNoneMatch);
        context.Request.Headers.Remove(HeaderNames.IfModifiedSince);

        if (await dataVersion.GetAsync(context.RequestAborted) is not { } version)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.CacheControl = "no-store";
                return Task.CompletedTask;
            });
            await next(context);
            return;
        }

        var etag = entityTags.Create(context.Request, version);
        var request = new CacheableRequest(version, etag);
        context.Features.Set(request);
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is StatusCodes.Status200OK
                or StatusCodes.Status204NoContent
                or StatusCodes.Status304NotModified)
            {
                headers.Set(context.Response.Headers, request.ETag);
            }

            return Task.CompletedTask;
        });

        // Only a 200 answer to this request, from the same data and code, has this ETag. So the answer would be 200
        // now, and 304 is correct without a query.
        if (conditions.Count == 0)
            await next(context);
        else if (CacheHeaders.IsAmong(conditions, etag))
            SetNotModified(context.Response, request);
        else if (CacheHeaders.IsAmong(conditions, EntityTagHeaderValue.Any.Tag.Value!))
            await AnswerIfThereIsNoneAsync(context, request);
        else
            await next(context);
    }

    private static void SetNotModified(HttpResponse response, CacheableRequest request)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        request.Result = CacheResult.NotModified;
    }

    /// <summary>
    /// Handles <c>If-None-Match: *</c>. The answer is 304 if the endpoint succeeds, and the endpoint's error otherwise.
    /// </summary>
    private async Task AnswerIfThereIsNoneAsync(HttpContext context, CacheableRequest request)
    {
        var outer = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        await using var body = new FailureStream(context.Response);
        var inner = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(inner);
        try
        {
            await next(context);
            await inner.CompleteAsync();
        }
        finally
        {
            context.Features.Set(outer);
        }

        if (context.Response.StatusCode != StatusCodes.Status200OK)
        {
            body.Position = 0;
            await body.CopyToAsync(outer.Stream, context.RequestAborted);
            return;
        }

        SetNotModified(context.Response, request);
        foreach (var header in context.Response.Headers.Keys.Where(IsOfContent).ToList())
            context.Response.Headers.Remove(header);

        static bool IsOfContent(string header) => header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The section <c>Api:Cache</c>.</summary>
internal sealed class CacheOptions
{
    private const long Megabyte = 1 << 20;

    /// <summary>How long an answer is fresh. Caches serve a fresh answer without a request to the API.</summary>
    [DurationRange("00:00:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after that time a cache can serve the stale answer while it revalidates it.</summary>
    [DurationRange("00:00:00", "365.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the API uses the last known version of the data while the database is unavailable.</summary>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the API keeps answers in memory.</summary>
    public bool Output { get; set; } = true;

    /// <summary>How long the API keeps answers in memory while the data does not change.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan OutputDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The maximum size of all answers in memory together, in bytes.</summary>
    [Range(Megabyte, 1L << 40)]
    public long OutputSize { get; set; } = 64 * Megabyte;

    /// <summary>The maximum size of a body in memory, in bytes. Bodies are stored compressed.</summary>
    [Range(0L, 1L << 30)]
    public long OutputBodySize { get; set; } = Megabyte;
}

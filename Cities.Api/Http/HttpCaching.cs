using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Http;

/// <summary>Answers that depend on nothing but the request and the data: clients, proxies and the API may keep them.</summary>
internal static class HttpCaching
{
    /// <summary>
    /// Gives the successful answers to GET and HEAD an ETag, Cache-Control and Vary, answers 304 to those who have them
    /// already, and keeps them in memory. For endpoints whose answers depend on the request and the data alone.
    /// </summary>
    public static TBuilder WithHttpCaching<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods.Contains(HttpMethods.Get) != true)
                return;
            endpoint.Metadata.Add(CacheableMetadata.Instance);
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
        });
        return endpoints;
    }

    /// <summary>Says that answers are of the moment: nobody may keep them.</summary>
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

/// <summary>What is known of a request whose answer can be kept.</summary>
/// <param name="version">The version of the data, as it was last seen.</param>
/// <param name="etag">The ETag of an answer from that version, with its quotes, if that is a success.</param>
internal sealed class CacheableRequest(string version, string etag)
{
    private readonly string _lastSeen = version;

    /// <summary>The version of the data that the answer is made of, or null where nothing has been imported by now.</summary>
    public string? Version { get; private set; } = version;

    /// <summary>The ETag of the answer, or null where it has none.</summary>
    public string? ETag { get; private set; } = etag;

    /// <summary>Whether the answer is one of the version that was last seen.</summary>
    public bool IsOfLastSeen => Version == _lastSeen;

    /// <summary>What has become of it so far.</summary>
    public string Result { get; set; } = CacheResult.Bypass;

    /// <summary>Says which version the answer is made of: an import or edit may have landed since it was last seen.</summary>
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
        + FormattableString.Invariant($", max-age={options.Value.Cache.MaxAge.TotalSeconds:0}, ")
        + FormattableString.Invariant($"stale-while-revalidate={options.Value.Cache.StaleWhileRevalidate.TotalSeconds:0}");

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
            headers.Vary = string.Join(", ", EntityTags.Vary.Union(headers.GetCommaSeparatedValues(HeaderNames.Vary), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether the client has the answer already: If-None-Match has its ETag, or *.</summary>
    public static bool IsMatch(HttpRequest request, string etag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } conditions
        && (conditions == etag || IsAmong(conditions, etag) || IsAmong(conditions, EntityTagHeaderValue.Any.Tag.Value!));

    /// <summary>Whether If-None-Match has an ETag.</summary>
    public static bool IsAmong(StringValues conditions, string tag) =>
        EntityTagHeaderValue.TryParseList(conditions, out var tags) && tags.Any(each => each.Tag.Equals(tag, StringComparison.Ordinal));
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
        // Only this middleware evaluates conditions. Nothing has a date of modification (RFC 9110, 13.1.3).
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
            if (context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified)
                headers.Set(context.Response.Headers, request.ETag);
            return Task.CompletedTask;
        });

        // A client has this ETag from an answer to this request, from this data and code. That answer was 200, and would be now: what
        // is unknown or wrong gets no ETag. So 304 is right without a look into the tables.
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
    /// If-None-Match: * is 304 if there is an answer, whichever, and an error as ever if there is none, so the endpoint must
    /// be asked.
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

    /// <summary>How long an answer is fresh: until then nobody asks whether it still holds.</summary>
    [DurationRange("00:00:00", "365.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after that it may be served while the cache asks.</summary>
    [DurationRange("00:00:00", "365.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the last known version of the data counts while the database is away.</summary>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the API keeps answers in memory.</summary>
    public bool Output { get; set; } = true;

    /// <summary>How long it keeps them, if the data does not change before.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan OutputDuration { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes that all answers in memory may take together.</summary>
    [Range(Megabyte, 1L << 40)]
    public long OutputSize { get; set; } = 64 * Megabyte;

    /// <summary>Bytes of the largest body that is kept, as it is sent, which is to say compressed.</summary>
    [Range(0L, 1L << 30)]
    public long OutputBodySize { get; set; } = Megabyte;
}

using Cities.Api.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
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

    /// <summary>Says that an answer is written bit by bit and may be long: it is not kept in memory.</summary>
    public static TBuilder WithStreamedAnswer<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(StreamedMetadata.Instance);

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
        builder.Services.AddSingleton<DataVersion>();
        builder.Services.AddSingleton<ApiMetrics>();
        builder.Services.AddSingleton<EntityTags>();
        builder.AddOutputCaching();
    }

    public static void UseHttpCaching(this WebApplication app) => app.UseMiddleware<HttpCachingMiddleware>();
}

/// <summary>Marks an endpoint of <see cref="HttpCaching.WithHttpCaching"/>.</summary>
internal sealed class CacheableMetadata
{
    public static readonly CacheableMetadata Instance = new();
}

/// <summary>Marks an endpoint of <see cref="HttpCaching.WithStreamedAnswer"/>.</summary>
internal sealed class StreamedMetadata
{
    public static readonly StreamedMetadata Instance = new();
}

/// <summary>What is known of a request whose answer can be kept.</summary>
/// <param name="version">The version of the data, as it was last seen.</param>
/// <param name="etag">The ETag of an answer from that version, with its quotes, if that is a success.</param>
internal sealed class CacheableRequest(string version, string etag)
{
    /// <summary>The version of the data that the answer is made of, or null where nothing has been imported by now.</summary>
    public string? Version { get; private set; } = version;

    /// <summary>The ETag of the answer, or null where it has none.</summary>
    public string? ETag { get; private set; } = etag;

    /// <summary>What an answer from the version that was last seen is kept under.</summary>
    public string Key { get; } = etag;

    /// <summary>Whether the answer is one of the version that was last seen.</summary>
    public bool IsOfKey => ETag == Key;

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

/// <summary>ETag, Cache-Control, Vary and If-None-Match.</summary>
internal sealed class HttpCachingMiddleware(
    RequestDelegate next, DataVersion dataVersion, EntityTags entityTags, ApiMetrics metrics, IOptions<ApiOptions> options)
{
    private static readonly string Vary = string.Join(", ", EntityTags.Vary);

    private readonly string _cacheControl =
        (options.Value.Authentication.AllowAnonymous ? "public" : "private")
        + FormattableString.Invariant($", max-age={options.Value.Cache.MaxAge.TotalSeconds:0}, ")
        + FormattableString.Invariant($"stale-while-revalidate={options.Value.Cache.StaleWhileRevalidate.TotalSeconds:0}");

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
        // The answer is decided here alone. Nothing has a date of modification, so If-Modified-Since says nothing (RFC 9110,
        // 13.1.3); the output cache would compare it with the time at which it has kept the answer.
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
                SetHeaders(context.Response.Headers, request.ETag);
            return Task.CompletedTask;
        });

        // A client has this ETag from an answer to this request, from this data and code. That answer was 200, and would be now: what
        // is unknown or wrong gets no ETag. So 304 is right without a look into the tables.
        if (conditions.Count == 0)
            await next(context);
        else if (IsAmong(conditions, etag))
            SetNotModified(context.Response, request);
        else if (IsAmong(conditions, EntityTagHeaderValue.Any.Tag.Value!))
            await AnswerIfThereIsNoneAsync(context, request);
        else
            await next(context);
    }

    private static bool IsAmong(StringValues conditions, string tag) =>
        EntityTagHeaderValue.TryParseList(conditions, out var tags) && tags.Any(each => each.Tag.Equals(tag, StringComparison.Ordinal));

    private static void SetNotModified(HttpResponse response, CacheableRequest request)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        request.Result = CacheResult.NotModified;
    }

    private void SetHeaders(IHeaderDictionary headers, string? etag)
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
        // The output cache's: what it keeps is as fresh as what is made now, since it knows the version of the data.
        headers.Remove(HeaderNames.Age);
        headers.Remove(HeaderNames.Date);
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

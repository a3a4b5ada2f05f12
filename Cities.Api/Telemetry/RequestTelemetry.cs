using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Telemetry;

/// <summary>
/// Adds the id of the requested city and the parameters to the span of a request, and logs requests with them. The
/// requests are logged if <see cref="LogCategory"/> has the level Information.
/// </summary>
/// <remarks>
/// ASP.NET Core's HTTP logging is not used: it replaces the stream of the body, and loses data that was written to the
/// <c>BodyWriter</c> but not flushed.
/// </remarks>
internal static class RequestTelemetry
{
    public const string LogCategory = "Cities.Api.Requests";
    public const string CityAttribute = "cities.city.id";

    /// <summary>The prefix of the attributes for parameters.</summary>
    public const string ParameterPrefix = "cities.query.";

    private const string QueryAttribute = "url.query";

    public static void UseRequestTelemetry(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(LogCategory);
        app.Use((context, next) =>
        {
            Describe(context);
            return logger.IsEnabled(LogLevel.Information) && !ServiceDefaultsExtensions.IsProbe(context.Request.Path)
                ? AnswerAndLogAsync(context, next, logger)
                : next(context);
        });
    }

    /// <summary>Sets the route value of an endpoint that contains the id of a city.</summary>
    public static TBuilder WithCity<TBuilder>(this TBuilder endpoints, string routeValue)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new CityMetadata(routeValue));

    /// <summary>Adds the query and the id of the city to the span of a request, if it is recorded.</summary>
    public static void Describe(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } activity)
            return;
        // By default, spans do not contain the query string. The parameters of the API are not secret.
        if (context.Request.QueryString.Value is ['?', _, ..] query)
            activity.SetTag(QueryAttribute, query[1..]);
        if (CityOf(context) is { } city)
            activity.SetTag(CityAttribute, city);
    }

    private static async Task AnswerAndLogAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            Log(context, Stopwatch.GetElapsedTime(start), logger);
        }
    }

    /// <summary>
    /// Logs a request with each parameter as an attribute. A message template cannot do this, because the names of the
    /// parameters vary.
    /// </summary>
    private static void Log(HttpContext context, TimeSpan duration, ILogger logger)
    {
        var request = context.Request;
        var attributes = new List<KeyValuePair<string, object?>>
        {
            new("http.request.method", request.Method),
            new("url.path", request.Path.Value),
            new("http.response.status_code", context.Response.StatusCode),
            new("duration", duration.TotalSeconds),
        };
        if (CityOf(context) is { } city)
            attributes.Add(new(CityAttribute, city));
        foreach (var (name, value) in request.Query)
            attributes.Add(new(ParameterPrefix + name, value.ToString()));
        var message = FormattableString.Invariant(
            $"{request.Method} {request.Path}{request.QueryString} ")
            + FormattableString.Invariant(
                $"answered {context.Response.StatusCode} in {duration.TotalMilliseconds:0.0} ms.");
        logger.Log(LogLevel.Information, new EventId(1, "Request"), attributes, null, (_, _) => message);
    }

    /// <summary>The id of the requested city, or null if the request is not for one city.</summary>
    private static string? CityOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<CityMetadata>() is { } city
            ? context.Request.RouteValues[city.RouteValue] as string
            : null;

    private sealed record CityMetadata(string RouteValue);
}

using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Telemetry;

/// <summary>
/// Makes a request's span, and its line in the log, such that it is found by the city that it asks for and by its
/// parameters. The log is written where <see cref="LogCategory"/> is at the level Information; elsewhere it costs one look
/// at that level.
/// </summary>
/// <remarks>
/// ASP.NET Core's HTTP logging would put every answer's body into another stream, which loses what is written to its
/// <c>BodyWriter</c> and not flushed, as it need not be.
/// </remarks>
internal static class RequestTelemetry
{
    public const string LogCategory = "Cities.Api.Requests";
    public const string CityAttribute = "cities.city.id";

    /// <summary>What stands before the name of a parameter.</summary>
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

    /// <summary>Says which part of an endpoint's route is the id of a city.</summary>
    public static TBuilder WithCity<TBuilder>(this TBuilder endpoints, string routeValue)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new CityMetadata(routeValue));

    /// <summary>Adds the query and the id of the city to the span of a request, if it is recorded.</summary>
    public static void Describe(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is not { IsAllDataRequested: true } activity)
            return;
        // By default, spans have no values of parameters. Those of the API are not secret.
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

    /// <summary>Each parameter under its name, of which no template of a message can know.</summary>
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
            $"{request.Method} {request.Path}{request.QueryString} answered {context.Response.StatusCode} in {duration.TotalMilliseconds:0.0} ms.");
        logger.Log(LogLevel.Information, new EventId(1, "Request"), attributes, null, (_, _) => message);
    }

    /// <summary>The id of the city that a request asks for, or null where it asks for none, or for several.</summary>
    private static string? CityOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<CityMetadata>() is { } city
            ? context.Request.RouteValues[city.RouteValue] as string
            : null;

    private sealed record CityMetadata(string RouteValue);
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpLogging;

namespace Cities.Api.Telemetry;

/// <summary>
/// Makes a request's span, and its line in the log, such that it is found by the city that it asks for and by its
/// parameters. The log is written where <c>Microsoft.AspNetCore.HttpLogging</c> is at the level Information; elsewhere it
/// costs one look at that level.
/// </summary>
internal static class RequestTelemetry
{
    public const string CityAttribute = "cities.city.id";

    /// <summary>What stands before the name of a parameter.</summary>
    public const string ParameterPrefix = "cities.query.";

    private const string QueryAttribute = "url.query";

    public static void AddRequestTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpLogging(logging =>
        {
            logging.LoggingFields = HttpLoggingFields.RequestMethod | HttpLoggingFields.RequestPath | HttpLoggingFields.RequestQuery
                | HttpLoggingFields.ResponseStatusCode | HttpLoggingFields.Duration;
            logging.CombineLogs = true;
        });
        builder.Services.AddHttpLoggingInterceptor<Interceptor>();
    }

    public static void UseRequestTelemetry(this WebApplication app)
    {
        app.UseHttpLogging();
        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
            {
                // As it is: by default its values are left out of spans, but none of the API's is a secret.
                if (context.Request.QueryString.Value is ['?', _, ..] query)
                    activity.SetTag(QueryAttribute, query[1..]);
                if (CityOf(context) is { } city)
                    activity.SetTag(CityAttribute, city);
            }

            return next(context);
        });
    }

    /// <summary>Says which part of an endpoint's route is the id of a city.</summary>
    public static TBuilder WithCity<TBuilder>(this TBuilder endpoints, string routeValue)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new CityMetadata(routeValue));

    /// <summary>The id of the city that a request asks for, or null where it asks for none, or for several.</summary>
    private static string? CityOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<CityMetadata>() is { } city
            ? context.Request.RouteValues[city.RouteValue] as string
            : null;

    private sealed record CityMetadata(string RouteValue);

    /// <summary>Each parameter by its name, so that one can look for the value of one.</summary>
    private sealed class Interceptor : IHttpLoggingInterceptor
    {
        public ValueTask OnRequestAsync(HttpLoggingInterceptorContext logContext)
        {
            if (CityOf(logContext.HttpContext) is { } city)
                logContext.AddParameter(CityAttribute, city);
            foreach (var (name, value) in logContext.HttpContext.Request.Query)
                logContext.AddParameter(ParameterPrefix + name, value.ToString());
            return ValueTask.CompletedTask;
        }

        public ValueTask OnResponseAsync(HttpLoggingInterceptorContext logContext) => ValueTask.CompletedTask;
    }
}

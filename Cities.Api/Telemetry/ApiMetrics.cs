using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Telemetry;

/// <summary>
/// The metrics of the API besides those of ASP.NET Core, Npgsql and .NET. The service defaults export the meter with
/// the name of the application. docs/operations.md lists all metrics.
/// </summary>
internal sealed class ApiMetrics
{
    public const string MeterName = "Cities.Api";

    /// <summary>An attribute of metrics and of the spans of requests.</summary>
    public const string CacheResultAttribute = "cities.cache.result";

    private const string OutcomeAttribute = "cities.import.outcome";
    private const string StateAttribute = "cities.database.state";

    private readonly Counter<long> _cacheRequests;
    private readonly DataVersion _dataVersion;

    public ApiMetrics(IMeterFactory meters, DataVersion dataVersion)
    {
        _dataVersion = dataVersion;
        var meter = meters.Create(MeterName);
        _cacheRequests = meter.CreateCounter<long>(
            "cities.cache.requests", "{request}", "Requests whose answers can be cached, by the result of the cache.");
        meter.CreateObservableUpDownCounter(
            "cities.database.servers",
            ObserveServers,
            "{server}",
            "Database servers, by whether they are available.");
        meter.CreateObservableGauge(
            "cities.import.run.timestamp",
            ObserveRuns,
            "s",
            "The end of the last successful run of the importer, and of the last run if that one did not succeed, in "
            + "Unix time.");
    }

    /// <summary>Counts a request to an endpoint of <see cref="HttpCaching.WithHttpCaching"/>.</summary>
    /// <param name="context">The completed request.</param>
    /// <param name="result">One of <see cref="CacheResult"/>.</param>
    public void CountCacheRequest(HttpContext context, string result)
    {
        _cacheRequests.Add(1, new KeyValuePair<string, object?>(CacheResultAttribute, result));
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
            activity.SetTag(CacheResultAttribute, result);
    }

    private Measurement<int>[] ObserveServers()
    {
        var (_, _, available, unavailable) = _dataVersion.Peek();
        return
        [
            new(available, new KeyValuePair<string, object?>(StateAttribute, "available")),
            new(unavailable, new KeyValuePair<string, object?>(StateAttribute, "unavailable")),
        ];
    }

    private IEnumerable<Measurement<double>> ObserveRuns()
    {
        var (succeeded, last, _, _) = _dataVersion.Peek();
        if (succeeded is not null)
            yield return Measure(succeeded);
        if (last is not null && last.Id != succeeded?.Id)
            yield return Measure(last);

        static Measurement<double> Measure(HostDataVersion.Run run) =>
            new(
                (run.FinishedAt - DateTime.UnixEpoch).TotalSeconds,
                new KeyValuePair<string, object?>(OutcomeAttribute, run.Outcome.ToLowerInvariant()));
    }
}

/// <summary>The results of the cache for a request whose answer can be cached.</summary>
internal static class CacheResult
{
    /// <summary>The cache had the answer.</summary>
    public const string Hit = "hit";

    /// <summary>The cache did not have the answer, and the endpoint made it.</summary>
    public const string Miss = "miss";

    /// <summary>The client already had the answer.</summary>
    public const string NotModified = "not_modified";

    /// <summary>
    /// The cache was not used: the answer is streamed, the cache is disabled, no data has been imported, or the
    /// database is unavailable.
    /// </summary>
    public const string Bypass = "bypass";
}

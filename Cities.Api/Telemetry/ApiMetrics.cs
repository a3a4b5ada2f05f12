using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Telemetry;

/// <summary>
/// What ASP.NET Core, Npgsql and .NET do not measure by themselves. The meter's name is the application's, which the service
/// defaults listen to; docs/operations.md lists all that is measured.
/// </summary>
internal sealed class ApiMetrics
{
    public const string MeterName = "Cities.Api";

    /// <summary>Of metrics and of requests' spans.</summary>
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
            "cities.cache.requests", "{request}", "Requests whose answers can be kept, by what became of them in the cache.");
        meter.CreateObservableUpDownCounter(
            "cities.database.servers",
            ObserveServers,
            "{server}",
            "Servers of the database, by whether they answer.");
        meter.CreateObservableGauge(
            "cities.import.run.timestamp",
            ObserveRuns,
            "s",
            "When the last import that succeeded ended, in Unix time; and the last one since then, if that one did not.");
    }

    /// <summary>Counts a request to an endpoint of <see cref="HttpCaching.WithHttpCaching"/>.</summary>
    /// <param name="context">The request, which has been answered.</param>
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

/// <summary>What becomes of a request whose answer can be kept.</summary>
internal static class CacheResult
{
    /// <summary>The answer came from memory.</summary>
    public const string Hit = "hit";

    /// <summary>It was not there, and was made.</summary>
    public const string Miss = "miss";

    /// <summary>The client had it already.</summary>
    public const string NotModified = "not_modified";

    /// <summary>It was made without a look: it is streamed, the memory is switched off, or no data or database is there.</summary>
    public const string Bypass = "bypass";
}

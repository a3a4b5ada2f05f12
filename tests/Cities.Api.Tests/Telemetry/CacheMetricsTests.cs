using System.Diagnostics.Metrics;
using System.Net;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Cities.Api.Tests.Telemetry;

public sealed class CacheMetricsTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task Requests_are_counted_by_what_becomes_of_them_in_the_cache()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        using var client = factory.CreateClient();
        using var requests = Collect(factory.Services);

        var etag = await client.GetETagAsync(London);
        Assert.Equal(["miss"], Results());
        await client.GetETagAsync(London);
        Assert.Equal(["miss", "hit"], Results());
        using (var head = await client.SendAsync(HttpMethod.Head, London))
            Assert.Equal(["miss", "hit", "hit"], Results());
        foreach (var condition in new[] { etag, "*" })
        {
            using var response = await client.AskAsync(London, ("If-None-Match", condition));
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        }

        Assert.Equal(["miss", "hit", "hit", "not_modified", "not_modified"], Results());

        // A failure has been looked for as well, whether the endpoint answers with it or throws it.
        await client.GetProblemAsync("/api/v1/cities/1", HttpStatusCode.NotFound);
        await client.GetProblemAsync("/api/v1/cities?near=here", HttpStatusCode.BadRequest);
        Assert.Equal(["miss", "miss"], Results().Skip(5));

        // Neither is anything that is kept.
        using var imports = await client.AskAsync("/api/v1/imports");
        using var health = await client.AskAsync("/health");
        Assert.Equal(7, Results().Count());

        IEnumerable<string?> Results() =>
            requests.GetMeasurementSnapshot().Select(each => (string?)each.Tags[ApiMetrics.CacheResultAttribute]);
    }

    [Theory]
    [InlineData("Api:Cache:Output", "false", true)]
    [InlineData("Api:Cache:Output", "true", false)]
    public async Task What_is_made_without_a_look_into_memory_passes_it_by(string key, string value, bool isImported)
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        if (isImported)
            await database.RecordRunAsync();
        await using var factory = api.CreateFactory(database.ConnectionString, (key, value));
        using var client = factory.CreateClient();
        using var requests = Collect(factory.Services);

        await client.GetJsonAsync("/api/v1/cities");

        var measured = Assert.Single(requests.GetMeasurementSnapshot());
        Assert.Equal("bypass", measured.Tags[ApiMetrics.CacheResultAttribute]);
        Assert.Equal(1, measured.Value);
    }

    [Fact]
    public async Task Runs_of_the_importer_and_servers_are_observed_as_the_version_of_the_data_knows_them()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await using var factory = api.CreateFactory(database.ConnectionString, ("Api:Cache:Grace", "00:00:00"));
        using var client = factory.CreateClient();
        await client.GetETagAsync(London);
        using var runs = new MetricCollector<double>(
            factory.Services.GetRequiredService<IMeterFactory>(), ApiMetrics.MeterName, "cities.import.run.timestamp");
        using var servers = new MetricCollector<int>(
            factory.Services.GetRequiredService<IMeterFactory>(), ApiMetrics.MeterName, "cities.database.servers");

        var succeeded = Assert.Single(Observe(runs, "cities.import.outcome"));
        Assert.Equal("succeeded", succeeded.Key);
        Assert.Equal(
            await database.ScalarAsync<double>("SELECT extract(epoch FROM finished_at)::float8 FROM import_runs"), succeeded.Value, 0.001);
        Assert.Equal((1, 0), Servers());

        await database.RecordRunAsync(ImportOutcome.Failed);
        // Nobody asks the API for anything: to observe is to ask.
        await HttpTesting.EventuallyAsync(() =>
            Task.FromResult(Observe(runs, "cities.import.outcome").TryGetValue("failed", out var failed) && failed > succeeded.Value));
        await database.DisposeAsync();
        await HttpTesting.EventuallyAsync(() => Task.FromResult(Servers() == (0, 1)));

        (int, int) Servers()
        {
            var states = Observe(servers, "cities.database.state");
            return (states["available"], states["unavailable"]);
        }

        static Dictionary<string, T> Observe<T>(MetricCollector<T> collector, string attribute)
            where T : struct
        {
            collector.Clear();
            collector.RecordObservableInstruments();
            return collector.GetMeasurementSnapshot().ToDictionary(each => (string)each.Tags[attribute]!, each => each.Value);
        }
    }

    private static MetricCollector<long> Collect(IServiceProvider services) =>
        new(services.GetRequiredService<IMeterFactory>(), ApiMetrics.MeterName, "cities.cache.requests");
}

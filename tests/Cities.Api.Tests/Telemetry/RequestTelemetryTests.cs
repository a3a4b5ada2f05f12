using System.Collections.Concurrent;
using System.Diagnostics;
using Cities.Api.Tests.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace Cities.Api.Tests.Telemetry;

/// <summary>What an exporter of OpenTelemetry gets to see of a request.</summary>
public sealed class RequestTelemetryTests(ApiFixture api) : IDisposable
{
    private const string London = "/api/v1/cities/2643743";

    private readonly SharedList<Activity> _spans = new();
    private readonly SharedList<LogRecord> _logs = new();
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private WebApplicationFactory<PageRequest>? _factory;

    public void Dispose() => _factory?.Dispose();

    [Fact]
    public async Task A_span_has_the_city_the_parameters_and_the_cache()
    {
        using var client = CreateClient();

        await client.GetJsonAsync($"{London}?fields=name&lang=fr");
        await client.GetJsonAsync($"{London}/districts");
        await client.GetJsonAsync("/api/v1/cities?limit=1");

        var single = await SpanAsync(London, "fields=name&lang=fr");
        Assert.Equal("2643743", single.GetTagItem("cities.city.id"));
        Assert.Equal("/api/v1/cities/{id:int}", single.GetTagItem("http.route"));
        Assert.Equal("miss", single.GetTagItem("cities.cache.result"));
        Assert.Equal("2643743", (await SpanAsync($"{London}/districts")).GetTagItem("cities.city.id"));
        var list = await SpanAsync("/api/v1/cities", "limit=1");
        Assert.Null(list.GetTagItem("cities.city.id"));
    }

    [Theory]
    [InlineData(London, "city.id = ", "SELECT import_runs; SELECT cities")]
    [InlineData("/api/v1/countries/GB", "country.id = ", "SELECT import_runs; SELECT countries")]
    public async Task The_queries_of_a_request_are_under_its_span_with_their_statements(string path, string condition, string name)
    {
        using var client = CreateClient();

        await client.GetJsonAsync(path);

        var request = await SpanAsync(path);
        await HttpTesting.EventuallyAsync(() => Task.FromResult(_spans.Any(span =>
            span.Source.Name == "Npgsql"
            && span.DisplayName == name
            && span.TraceId == request.TraceId
            && span.ParentSpanId == request.SpanId
            && (span.GetTagItem("db.query.text") as string)?.Contains(condition, StringComparison.Ordinal) == true)));
    }

    [Fact]
    public async Task Probes_are_not_traced()
    {
        using var client = CreateClient(("Api:Prometheus:Enabled", "true"));

        await HttpTesting.ReadyAsync(client);
        foreach (var path in new[] { "/health", "/alive", "/metrics" })
        {
            using var response = await client.AskAsync(path);
            Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        }

        await client.GetJsonAsync(London);
        await SpanAsync(London);
        await LogAsync(London);
        // The queries of a probe would be traces of their own.
        Assert.DoesNotContain(_spans, span => span.GetTagItem("db.query.text") is string sql
            && (sql == "SELECT 1" || (sql.StartsWith("SELECT EXISTS", StringComparison.Ordinal) && sql.Contains("import_runs", StringComparison.Ordinal))));
        Assert.DoesNotContain(_spans, span => span.GetTagItem("url.path") is "/health" or "/alive" or "/metrics");
        Assert.DoesNotContain(_logs, log => Attribute(log, "url.path") is "/health" or "/alive" or "/metrics");
    }

    [Fact]
    public async Task The_look_at_the_version_of_the_data_is_not_traced()
    {
        using var client = CreateClient();

        await client.GetJsonAsync(London);
        await HttpTesting.NextVersionCheckAsync();
        await client.GetJsonAsync("/api/v1/cities?limit=1");

        await SpanAsync("/api/v1/cities");
        await HttpTesting.EventuallyAsync(() => Task.FromResult(_spans.Any(span => span.Source.Name == "Npgsql")));
        Assert.DoesNotContain(
            _spans, span => (span.GetTagItem("db.query.text") as string)?.Contains("outcome FROM import_runs ORDER BY", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task In_development_a_request_is_found_in_the_log_by_its_city_and_its_parameters()
    {
        using var client = CreateClient();

        await client.GetJsonAsync($"{London}/nearby?k=3&radius=50000");
        // From memory.
        await client.GetJsonAsync($"{London}/nearby?k=3&radius=50000");

        await HttpTesting.EventuallyAsync(() => Task.FromResult(_logs.Count(log => Attribute(log, "url.path") == $"{London}/nearby") == 2));
        var logged = await LogAsync($"{London}/nearby");
        Assert.Equal("2643743", Attribute(logged, "cities.city.id"));
        Assert.Equal("3", Attribute(logged, "cities.query.k"));
        Assert.Equal("50000", Attribute(logged, "cities.query.radius"));
        Assert.Equal("200", Attribute(logged, "http.response.status_code"));
        Assert.Contains((await SpanAsync($"{London}/nearby")).TraceId, _logs.Where(log => Attribute(log, "url.path") == $"{London}/nearby").Select(log => log.TraceId));
    }

    [Fact]
    public async Task In_production_requests_are_logged_where_that_is_asked_for()
    {
        using (var silent = CreateClient(("environment", "Production")))
            await silent.GetJsonAsync(London);
        await SpanAsync(London);
        Assert.DoesNotContain(_logs, log => Attribute(log, "url.path") is not null);
        _factory!.Dispose();

        using var client = CreateClient(
            ("environment", "Production"), ("Logging:OpenTelemetry:LogLevel:Cities.Api.Requests", "Information"));
        await client.GetJsonAsync(London);

        Assert.Equal("2643743", Attribute(await LogAsync(London), "cities.city.id"));
    }

    private HttpClient CreateClient(params (string Key, string Value)[] settings)
    {
        // Without an exporter nothing is measured. Nobody listens at this address.
        _factory = api.CreateFactory(
            api.Database.ConnectionString, [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), .. settings]).WithWebHostBuilder(builder =>
            builder.ConfigureTestServices(services =>
            {
                services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddInMemoryExporter(_spans));
                services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddInMemoryExporter(_logs));
            }));
        var client = _factory.CreateClient();
        // Spans of other tests, which run in the same process, have other traces.
        client.DefaultRequestHeaders.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
        return client;
    }

    /// <summary>Finds the span of a request of this test. It ends a little later than the answer.</summary>
    private async Task<Activity> SpanAsync(string path, string? query = null)
    {
        await HttpTesting.EventuallyAsync(() => Task.FromResult(_spans.Any(IsOf)));
        return _spans.Last(IsOf);

        bool IsOf(Activity span) => span.TraceId == _trace && span.Kind == ActivityKind.Server && span.GetTagItem("url.path") as string == path
            && (query is null || span.GetTagItem("url.query") as string == query);
    }

    private async Task<LogRecord> LogAsync(string path)
    {
        await HttpTesting.EventuallyAsync(() => Task.FromResult(_logs.Any(IsOf)));
        return _logs.Last(IsOf);

        bool IsOf(LogRecord log) => Attribute(log, "url.path") == path;
    }

    private static string? Attribute(LogRecord log, string name) =>
        log.Attributes?.FirstOrDefault(attribute => attribute.Key == name).Value?.ToString();

    /// <summary>Is written by exporters while it is read.</summary>
    private sealed class SharedList<T> : ICollection<T>
    {
        private readonly ConcurrentQueue<T> _items = new();

        public int Count => _items.Count;

        public bool IsReadOnly => false;

        public void Add(T item) => _items.Enqueue(item);

        public void Clear() => _items.Clear();

        public bool Contains(T item) => _items.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public bool Remove(T item) => throw new NotSupportedException();

        public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests.Telemetry;

public sealed partial class PrometheusTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private static readonly (string, string) On = ("Api:Prometheus:Enabled", "true");

    [Fact]
    public async Task There_are_no_metrics_to_fetch_unless_they_are_switched_on() =>
        await api.Client.GetProblemAsync("/metrics", HttpStatusCode.NotFound);

    [Fact]
    public async Task Requests_by_route_queries_and_the_cache_are_there()
    {
        using var client = api.CreateClient(api.Database.ConnectionString, On);

        var metrics = await ScrapeAsync(client);

        Assert.Contains(metrics, line => IsMetric(line, "http_server_request_duration_seconds_bucket", """http_route="/api/v1/cities/{id:int}",""", "le=\"0.005\""));
        Assert.Contains(metrics, line => IsMetric(line, "http_server_request_duration_seconds_count", """http_response_status_code="404",""", """http_route="/api/v1/cities/{id:int}","""));
        foreach (var result in new[] { "hit", "miss", "not_modified" })
            Assert.Contains(metrics, line => IsMetric(line, "cities_cache_requests_total", $"cities_cache_result=\"{result}\""));
        Assert.Contains(metrics, line => IsMetric(line, "db_client_operation_duration_seconds_count", "db_client_connection_pool_name=\"citiesdb\""));
        Assert.Contains(metrics, line => IsMetric(line, "cities_import_run_timestamp_seconds", "cities_import_outcome=\"succeeded\""));
        Assert.Contains(metrics, line => IsMetric(line, "cities_database_servers", "cities_database_state=\"available\""));

        static bool IsMetric(string line, string name, params string[] labels) =>
            line.StartsWith($"{name}{{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fetching_metrics_is_no_part_of_the_API_and_has_no_limit()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString, On, ("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:PerSecond", "1"), ("Api:RateLimit:Burst", "1"));
        var document = await client.GetJsonAsync("/openapi/v1.json");

        for (var i = 0; i < 5; i++)
        {
            using var response = await client.AskAsync("/metrics");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain(
                (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n'),
                line => line.StartsWith("http_server_request_duration", StringComparison.Ordinal)
                    && line.Contains("\"/metrics\"", StringComparison.Ordinal));
        }

        await HttpTesting.EventuallyAsync(async () =>
        {
            using var response = await client.AskAsync(London);
            return response.StatusCode == HttpStatusCode.TooManyRequests;
        });
        Assert.DoesNotContain("/metrics", document["paths"]!.AsObject().Select(path => path.Key));
    }

    [Fact]
    public void A_setting_that_is_neither_on_nor_off_keeps_the_API_from_starting()
    {
        var exception = Assert.ThrowsAny<Exception>(() =>
        {
            using var client = api.CreateClient(api.Database.ConnectionString, ("Api:Prometheus:Enabled", "perhaps"));
        });

        Assert.Contains("Api:Prometheus:Enabled", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A dashboard that asks for a metric of another name is empty, and an alert never fires.</summary>
    [Fact]
    public async Task Dashboard_and_alerts_ask_for_metrics_that_there_are()
    {
        var dashboard = JsonNode.Parse(await ReadAsync("dashboard.json"))!;
        var panels = dashboard["panels"]!.AsArray().Select(panel => panel!).Where(panel => (string?)panel["type"] != "row").ToList();
        var shown = panels.SelectMany(panel => panel["targets"]!.AsArray()).Select(target => (string)target!["expr"]!).ToList();
        var alerts = await ReadAsync("alerts.yaml");
        var watched = Expression().Matches(alerts).Select(match => match.Groups["expression"].Value).ToList();
        using var client = api.CreateClient(api.Database.ConnectionString, On);

        var metrics = (await ScrapeAsync(client)).Select(line => Name().Match(line).Value).Where(name => name.Length > 0).ToHashSet();

        Assert.True(panels.Count > 8 && panels.All(panel => panel["targets"]!.AsArray().Count > 0));
        Assert.Equal(alerts.Split("- alert:").Length - 1, watched.Count);
        Assert.True(watched.Count > 5);
        Assert.All(shown.Concat(watched), expression => Assert.NotEmpty(MetricsOf(expression)));
        // Prometheus makes the one by itself.
        Assert.Equal([], shown.Concat(watched).SelectMany(MetricsOf).Distinct().Except(metrics).Except(["up"]));
    }

    [Theory]
    [InlineData("""sum by (http_route) (rate(a_total{job="x", b=~"5.."}[$__rate_interval]))""", "a_total")]
    [InlineData("""max(a) > (max(b{c="d"}) or vector(0)) unless on (e) f offset 5m""", "a b f")]
    [InlineData("""histogram_quantile(0.99, sum by (le) (rate(a_bucket[5m]))) / ignoring (x) group_left (y) b""", "a_bucket b")]
    public void The_metrics_of_an_expression_are_told_from_functions_and_labels(string expression, string metrics) =>
        Assert.Equal(metrics, string.Join(' ', MetricsOf(expression)));

    private static IEnumerable<string> MetricsOf(string expression) =>
        Word().Matches(Labels().Replace(expression, " "))
            .Select(match => match.Value)
            .Where(word => word is not ("and" or "or" or "unless" or "bool" or "offset"));

    /// <summary>What Prometheus gets after requests of all kinds.</summary>
    private static async Task<string[]> ScrapeAsync(HttpClient client)
    {
        var etag = await client.GetETagAsync(London);
        await client.GetETagAsync(London);
        using (await client.AskAsync(London, ("If-None-Match", etag)))
        using (await client.AskAsync("/api/v1/cities/1"))
        using (await client.AskAsync("/health"))
        {
        }

        var lines = Array.Empty<string>();
        // Metrics are kept for a moment, and a request is counted a moment after its answer.
        await HttpTesting.EventuallyAsync(async () =>
        {
            using var response = await client.AskAsync("/metrics");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');
            return lines.Any(line => line.Contains("http_response_status_code=\"404\"", StringComparison.Ordinal))
                && lines.Any(line => line.StartsWith("cities_import_run_timestamp_seconds{", StringComparison.Ordinal));
        });
        return lines;
    }

    private static Task<string> ReadAsync(string name) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/operations", name), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"^\s+expr: (?<expression>.+)$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex("^[a-z_:][a-zA-Z0-9_:]*(?=[{ ])")]
    private static partial Regex Name();

    /// <summary>What holds no metric: texts, matchers, ranges, and lists of labels.</summary>
    [GeneratedRegex("""\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)""")]
    private static partial Regex Labels();

    [GeneratedRegex(@"(?<![\w.$])(?>[a-zA-Z_:][\w:]*)(?!\s*\()")]
    private static partial Regex Word();
}

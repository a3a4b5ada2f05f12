using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Data.Entities;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests.Http;

/// <summary>More requests at once than may be under way, while the database does not answer.</summary>
public sealed class LoadSheddingTests(ApiFixture api, LoadSheddingTests.ImportedDatabase imported)
    : IClassFixture<LoadSheddingTests.ImportedDatabase>
{
    private const string Cached = "/api/v1/cities/2643743";
    private const int Limit = 2;
    private const int Queue = 2;
    private const int Requests = 10;
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Paths => Enumerable.Range(0, Requests).Select(i => $"/api/v1/cities?limit=1&offset={i}");

    [Fact]
    public async Task Those_that_are_too_many_are_refused_at_once_and_the_others_answered()
    {
        using var client = CreateClient(Limit, Queue);
        var etag = await client.GetETagAsync(Cached);
        using var missing = await client.AskAsync("/api/v1/cities/1");

        Task<HttpResponseMessage>[] requests;
        await using (await HangAsync())
        {
            requests = [.. Paths.Select(path => client.AskAsync(
                path, ("Origin", "https://map.example"), ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01")))];
            await HttpTesting.EventuallyAsync(() =>
                Task.FromResult(requests.Count(request => request.IsCompleted) >= Requests - Limit - Queue));

            foreach (var refused in requests.Where(request => request.IsCompleted))
            {
                using var response = await refused;
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
                Assert.Equal("*", response.Headers.NonValidated["Access-Control-Allow-Origin"].ToString());
                Assert.Null(response.Headers.ETag);
                await AssertIsProblemAsync(response, missing, "The API is processing too many requests. Try again later.");
            }

            // What needs nothing of the database is answered all the same.
            Assert.Equal(etag, await client.GetETagAsync(Cached));
            using var notModified = await client.AskAsync(Cached, ("If-None-Match", etag));
            Assert.Equal(HttpStatusCode.NotModified, notModified.StatusCode);
            await AssertAnsweredAsync(client, "/alive", "/health", "/index.html");
            Assert.Equal(Limit + Queue, requests.Count(request => !request.IsCompleted));
        }

        var answers = await Task.WhenAll(requests);
        Assert.Equal(Limit + Queue, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        foreach (var answer in answers)
            answer.Dispose();
        await AssertAnsweredAsync(client, [.. Paths]);
    }

    [Fact]
    public async Task Streams_and_those_that_wait_for_them_keep_nobody_else_waiting()
    {
        // As many streams as half of the four connections, and half of the queue.
        const int streaming = 2;
        const int waiting = Limit / 2;
        using var client = CreateClient(Limit, Limit);

        Task<HttpResponseMessage>[] streams;
        await using (await HangAsync())
        {
            streams = [.. Paths.Select(path => client.AskAsync(path, ("Accept", "text/csv"), ("Accept-Language", "fr")))];
            await HttpTesting.EventuallyAsync(() =>
                Task.FromResult(streams.Count(stream => stream.IsCompleted) >= Requests - streaming - waiting));

            await AssertAnsweredAsync(client, "/api/v1/countries");
            Assert.Equal(streaming + waiting, streams.Count(stream => !stream.IsCompleted));
        }

        foreach (var stream in streams)
        {
            using var response = await stream;
            Assert.Equal(
                response.IsSuccessStatusCode ? "text/csv" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(response.IsSuccessStatusCode ? ["fr"] : [], response.Content.Headers.ContentLanguage);
        }

        Assert.Equal(streaming + waiting, streams.Count(stream => stream.Result.IsSuccessStatusCode));
    }

    [Fact]
    public async Task Bodies_that_anonymous_clients_send_keep_no_administrator_waiting()
    {
        using var client = CreateClient(Limit, Limit);
        var key = await imported.Database.CreateKeyAsync(ApiRole.Admin, key => key.Name = "bodies");

        Task<HttpResponseMessage>[] polygons;
        await using (await HangAsync())
        {
            polygons = [.. Enumerable.Range(0, Requests).Select(_ => client.PostAsync(
                new Uri("/api/v1/cities/within", UriKind.Relative),
                Json("""{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,0]]]}"""),
                Cancellation))];
            // One is begun, one waits.
            await HttpTesting.EventuallyAsync(() =>
                Task.FromResult(polygons.Count(polygon => polygon.IsCompleted) >= Requests - 2));

            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/admin/imports")
            {
                Content = Json("""{"operation":"update"}"""),
            };
            request.Headers.Add("X-Api-Key", key);
            using var accepted = await client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            Assert.Equal(2, polygons.Count(polygon => !polygon.IsCompleted));
        }

        foreach (var response in await Task.WhenAll(polygons))
            response.Dispose();

        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
    }

    /// <summary>The requests of one client hang. Those of another are begun, and have a connection.</summary>
    [Theory]
    [InlineData("application/json")]
    [InlineData("text/csv")]
    public async Task One_client_leaves_a_part_of_what_is_begun_to_the_others(string format)
    {
        // Of four connections, two are for one client, and one of two streams.
        var begun = format == "text/csv" ? 1 : 2;
        const int waiting = 4;
        using var client = api.CreateClient(
            $"{imported.Database.ConnectionString};Maximum Pool Size=4",
            ("ForwardedHeaders_Enabled", "true"),
            ("Api:RateLimit:Enabled", "true"),
            ("Api:RateLimit:Queue", $"{(format == "text/csv" ? 2 * waiting : waiting)}"));
        using var first = await AskAsync("/api/v1/countries", "192.0.2.2");

        Task<HttpResponseMessage>[] requests;
        await using (await HangAsync())
        {
            requests = [.. Enumerable.Range(0, 4 * Requests).Select(i => AskAsync($"/api/v1/cities?limit=1&offset={i}", "192.0.2.1"))];
            await HttpTesting.EventuallyAsync(() =>
                Task.FromResult(requests.Count(request => request.IsCompleted) >= requests.Length - begun - waiting));
            foreach (var path in new[] { "/api/v1/countries", "/api/v1/regions", "/api/v1/countries/GB" })
            {
                using var other = await AskAsync($"{path}?fields=name&{Guid.NewGuid()}", "192.0.2.2");
                Assert.Equal(HttpStatusCode.OK, other.StatusCode);
            }

            Assert.Equal(begun + waiting, requests.Count(request => !request.IsCompleted));
        }

        foreach (var response in await Task.WhenAll(requests))
        {
            using (response)
            {
                if (response.IsSuccessStatusCode)
                    continue;
                Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
                Assert.Equal(
                    "Too many requests of the client are waiting. Send fewer requests at once.",
                    (string?)JsonNode.Parse(await response.BytesAsync())!["detail"]);
            }
        }

        Assert.Equal(begun + waiting, requests.Count(request => request.Result.IsSuccessStatusCode));

        // A single resource has no CSV.
        Task<HttpResponseMessage> AskAsync(string path, string address) => client.AskAsync(
            path, ("Accept", $"{format}, application/json;q=0.5"), ("X-Forwarded-For", address));
    }

    /// <summary>Asserts that an answer, which is made without the framework's means, is such as theirs.</summary>
    private static async Task AssertIsProblemAsync(HttpResponseMessage response, HttpResponseMessage other, string detail)
    {
        Assert.Equal(other.Content.Headers.ContentType, response.Content.Headers.ContentType);
        var problem = JsonNode.Parse(await response.BytesAsync())!.AsObject();
        Assert.Equal(
            JsonNode.Parse(await other.BytesAsync())!.AsObject().Select(member => member.Key).Append("detail").Distinct().Order(),
            problem.Select(member => member.Key).Order());
        Assert.StartsWith("https://tools.ietf.org/html/rfc9110#section-15.", (string?)problem["type"], StringComparison.Ordinal);
        Assert.Equal(
            ((int)response.StatusCode, "Service Unavailable", detail),
            ((int)problem["status"]!, (string?)problem["title"], (string?)problem["detail"]));
        Assert.Contains(TraceId, (string?)problem["traceId"], StringComparison.Ordinal);
    }

    private HttpClient CreateClient(int limit, int queue) => api.CreateClient(
        $"{imported.Database.ConnectionString};Maximum Pool Size=4",
        // As in production, where the log is on: without it and without an exporter, requests have no trace.
        ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Critical"),
        ("Api:Concurrency:Limit", $"{limit}"),
        ("Api:Concurrency:Queue", $"{queue}"));

    private static async Task AssertAnsweredAsync(HttpClient client, params string[] paths)
    {
        foreach (var path in paths)
        {
            using var response = await client.AskAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
        }
    }

    /// <summary>Has queries of cities wait until it is disposed of.</summary>
    private async Task<NpgsqlConnection> HangAsync()
    {
        var connection = new NpgsqlConnection($"{imported.Database.ConnectionString};Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE cities", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }

    /// <summary>The sample, which no other test waits for.</summary>
    public sealed class ImportedDatabase(ApiFixture api) : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Database = await api.CreateSampleDatabaseAsync();

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}

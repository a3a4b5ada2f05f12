using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>Many items in one request.</summary>
public sealed class BatchTests(ApiFixture api, WorldFixture world)
{
    private const string London = """{"lat":51.5072,"lon":-0.1276}""";

    [Fact]
    public async Task Each_point_has_the_answer_that_it_has_alone_in_the_order_of_the_points()
    {
        var random = new Random(7);
        var points = Enumerable.Range(0, 120)
            .Select(_ => (Lat: Math.Round((random.NextDouble() * 180) - 90, 3), Lon: Math.Round((random.NextDouble() * 360) - 180, 3)))
            .ToList();

        var results = await ResultsAsync(world.Client, "reverse?lang=rm", [.. points.Select(point => FormattableString.Invariant($$"""{"lat":{{point.Lat}},"lon":{{point.Lon}},"radius":20000000}"""))]);

        Assert.Equal(points.Count, results.Count);
        for (var index = 0; index < points.Count; index += 17)
        {
            var alone = await world.Client.GetJsonAsync(
                FormattableString.Invariant($"/api/v1/reverse?lat={points[index].Lat}&lon={points[index].Lon}&lang=rm&radius=20000000"));
            Assert.Equal(alone.ToJsonString(), results[index]!["place"]!.ToJsonString());
            Assert.Null(results[index]!["error"]);
        }
    }

    [Fact]
    public async Task Each_name_has_the_first_result_of_a_search()
    {
        var results = await ResultsAsync(
            world.Client, "geocode", """{"q":"Genf"}""", """{"q":"sankt gallen","near":"9.45,47.45"}""", """{"q":"Genova","country":"BB"}""", """{"q":"Genova"}""");

        Assert.Equal([5001, 5000, null, 5002], results.Select(result => (int?)result!["place"]?["id"]));
        Assert.Equal([null, null, 404, null], results.Select(result => (int?)result!["error"]?["status"]));
        await AssertFirstAsync("q=Genf", results[0]!);
        await AssertFirstAsync("q=sankt gallen&near=9.45,47.45", results[1]!);

        async Task AssertFirstAsync(string query, JsonNode result)
        {
            var alone = await world.Client.GetJsonAsync($"/api/v1/search?{query}&limit=1");
            Assert.Equal(alone["results"]![0]!.ToJsonString(), result["place"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("reverse", """{"lat":91,"lon":0}""", "lat: ")]
    [InlineData("reverse", """{"lat":1,"lon":1e300}""", "lon: ")]
    [InlineData("reverse", """{"lat":1}""", "lon: The property is required.")]
    [InlineData("reverse", """{"lat":"1","lon":1}""", "lat: The value is not of the type of this property.")]
    [InlineData("reverse", """{"lat":1,"lon":1,"radius":-1}""", "radius: ")]
    [InlineData("reverse", """{"lat":1,"lon":1,"x":1}""", "body: Unknown property 'x'.")]
    [InlineData("reverse", "null", "not a JSON object")]
    [InlineData("reverse", "7", "not a JSON object")]
    [InlineData("geocode", """{"q":""}""", "q: ")]
    [InlineData("geocode", """{"q":"a\u0000"}""", "q: ")]
    [InlineData("geocode", """{"q":"\ud800"}""", "q: ")]
    [InlineData("geocode", """{"q":"London","near":"1"}""", "near: ")]
    public async Task An_item_that_is_invalid_has_an_error_of_its_own(string path, string item, string detail)
    {
        var good = path == "reverse" ? London : """{"q":"London"}""";

        var results = await ResultsAsync(api.Client, path, good, item, good);

        Assert.Equal(400, (int)results[1]!["error"]!["status"]!);
        Assert.Contains(detail, (string)results[1]!["error"]!["detail"]!, StringComparison.Ordinal);
        Assert.Null(results[1]!["place"]);
        Assert.Equal(["London", "London"], new[] { results[0], results[2] }.Select(result => (string?)result!["place"]!["name"]));
    }

    [Fact]
    public async Task Where_no_city_is_within_the_radius_the_distance_of_the_nearest_is_told_as_for_a_point_alone()
    {
        var results = await ResultsAsync(
            api.Client, "reverse", """{"lat":0,"lon":0,"radius":1000}""", London, """{"lat":40,"lon":-40}""");

        await AssertTooFarAsync(results[0]!, "lat=0&lon=0&radius=1000");
        Assert.Equal("London", (string?)results[1]!["place"]!["name"]);
        Assert.Null(results[1]!["error"]);
        await AssertTooFarAsync(results[2]!, "lat=40&lon=-40");

        async Task AssertTooFarAsync(JsonNode result, string query)
        {
            Assert.Null(result["place"]);
            var alone = await api.Client.GetProblemAsync($"/api/v1/reverse?{query}", HttpStatusCode.NotFound);
            Assert.Equal(
                (404, (string?)alone["detail"], (double?)alone["distance"]),
                ((int)result["error"]!["status"]!, (string?)result["error"]!["detail"], (double?)result["error"]!["distance"]));
        }
    }

    /// <summary>The last items wait for a table that the test has locked; all before them are here by then.</summary>
    [Fact]
    public async Task Answers_are_sent_in_order_while_the_others_are_made()
    {
        const int waiting = 25;
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(
            $"{database.ConnectionString};Command Timeout=120", ("Api:RequestTimeout", "00:05:00"));
        await HttpTesting.ReadyAsync(client);
        string[] points = ["""{"q":"51.5072, -0.1276","type":"city"}""", """{"q":"53.4809, -2.2374","type":"city"}"""];
        var items = Enumerable.Range(0, 1000 - waiting).Select(i => points[i % 2]).Concat(Enumerable.Repeat("""{"q":"London"}""", waiting));
        await using var locking = await LockAsync(database, "postal_codes");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/geocode?fields=name") { Content = Body(items) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var text = new StringBuilder();
        var buffer = new char[1 << 14];
        while (text.ToString().Split("\"error\"").Length - 1 < 1000 - waiting)
        {
            var read = await reader.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            text.Append(buffer, 0, read);
        }

        await locking.DisposeAsync();
        text.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));

        var names = JsonNode.Parse(text.ToString())!["results"]!.AsArray().Select(result => (string?)result!["place"]!["name"]);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i >= 1000 - waiting || i % 2 == 0 ? "London" : "Manchester"), names);
    }

    [Fact]
    public async Task Items_that_would_start_too_late_are_to_be_sent_again()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        var clock = new MovableClock();
        await using var factory = api.CreateFactory($"{database.ConnectionString};Command Timeout=120", ("Api:RequestTimeout", "00:05:00"))
            .WithWebHostBuilder(builder => builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(clock)));
        using var client = factory.CreateClient();
        await HttpTesting.ReadyAsync(client);
        Task<JsonArray> asking;
        await using (await LockAsync(database, "cities"))
        {
            asking = ResultsAsync(client, "reverse", [.. Enumerable.Repeat(London, 60)]);
            await HttpTesting.EventuallyAsync(async () => await WaitingAsync(database) > 0);
            clock.Advance(TimeSpan.FromMinutes(3));
        }

        var results = await asking;
        Assert.Equal(60, results.Count);
        var late = results.SkipWhile(result => result!["error"] is null).ToList();
        Assert.InRange(late.Count, 1, 59);
        Assert.All(late, result =>
        {
            Assert.Equal(503, (int)result!["error"]!["status"]!);
            Assert.Null(result["place"]);
        });
    }

    [Fact]
    public async Task A_thousand_items_are_answered_and_one_more_is_refused()
    {
        var items = Enumerable.Repeat(London, 1000).ToArray();

        Assert.All(await ResultsAsync(api.Client, "reverse?fields=name", items), result => Assert.Equal("London", (string?)result!["place"]!["name"]));
        await AssertProblemAsync("reverse", $$"""{"items":[{{string.Join(',', items.Append(London))}}]}""", "items");
    }

    [Theory]
    [InlineData("reverse", """{"items":[]}""", "items")]
    [InlineData("reverse", "{}", "items")]
    [InlineData("reverse", """{"items":{}}""", "items")]
    [InlineData("reverse", """{"items":[],"more":1}""", "body")]
    [InlineData("reverse", "null", "body")]
    [InlineData("reverse", "[", "body")]
    [InlineData("reverse?fields=nothing", """{"items":[{"lat":1,"lon":1}]}""", "fields")]
    [InlineData("geocode?f=csv", """{"items":[{"q":"London"}]}""", "f")]
    public Task A_body_that_is_not_a_list_of_items_is_refused(string path, string body, string name) => AssertProblemAsync(path, body, name);

    [Fact]
    public async Task A_body_of_another_media_type_is_refused()
    {
        using var response = await api.Client.PostAsync(
            new Uri("/api/v1/reverse", UriKind.Relative), new StringContent("lat=1", Encoding.UTF8, "text/plain"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Each_item_counts_towards_the_rate_limit()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString,
            ("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:PerSecond", "1"), ("Api:RateLimit:Burst", "5"));

        var results = await ResultsAsync(client, "reverse", [.. Enumerable.Repeat(London, 300)]);

        Assert.Equal(300, results.Count);
        Assert.All(results.Take(5), result => Assert.Equal("London", (string?)result!["place"]!["name"]));
        Assert.Equal(429, (int)results[^1]!["error"]!["status"]!);
        using var next = await client.AskAsync("/api/v1/cities/2643743");
        Assert.Equal(HttpStatusCode.TooManyRequests, next.StatusCode);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_queries()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        await HttpTesting.ReadyAsync(client);
        await using var locking = await LockAsync(database, "cities");
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asking = client.PostAsync(new Uri("/api/v1/reverse", UriKind.Relative), Body([London, London]), leaving.Token);
        await HttpTesting.EventuallyAsync(async () => await WaitingAsync(database) == 1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await HttpTesting.EventuallyAsync(async () => await WaitingAsync(database) == 0);
    }

    /// <summary>Has a table to itself until it is disposed.</summary>
    private static async Task<NpgsqlConnection> LockAsync(TestDatabase database, string table)
    {
        var connection = new NpgsqlConnection($"{database.ConnectionString};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = $"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static Task<long> WaitingAsync(TestDatabase database) => database.ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

    private static StringContent Body(IEnumerable<string> items) =>
        new($$"""{"items":[{{string.Join(',', items)}}]}""", Encoding.UTF8, "application/json");

    private static async Task<JsonArray> ResultsAsync(HttpClient client, string path, params string[] items)
    {
        using var response = await client.PostAsync(
            new Uri($"/api/v1/{path}", UriKind.Relative), Body(items), TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["results"]!.AsArray();
    }

    private async Task AssertProblemAsync(string path, string body, string name)
    {
        using var response = await api.Client.PostAsync(
            new Uri($"/api/v1/{path}", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.NotNull(problem!["errors"]![name]);
    }

    /// <summary>The system's clock, moved forward.</summary>
    private sealed class MovableClock : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
    }
}

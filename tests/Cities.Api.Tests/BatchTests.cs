using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
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
    public async Task Where_no_city_is_within_the_radius_there_is_none()
    {
        var results = await ResultsAsync(api.Client, "reverse", """{"lat":0,"lon":0,"radius":1000}""", London);

        Assert.Equal(404, (int)results[0]!["error"]!["status"]!);
        Assert.Equal("London", (string?)results[1]!["place"]!["name"]);
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
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "LOCK TABLE cities IN ACCESS EXCLUSIVE MODE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var asking = client.PostAsync(new Uri("/api/v1/reverse", UriKind.Relative), Body([London, London]), leaving.Token);
        await HttpTesting.EventuallyAsync(async () => await WaitingAsync() == 1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await HttpTesting.EventuallyAsync(async () => await WaitingAsync() == 0);

        async Task<long> WaitingAsync() => await database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
    }

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
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Api.Tests;

public sealed class ErrorTests(ApiFixture api)
{
    [Theory]
    [InlineData("/api/v1/cities?limit=0", "limit")]
    [InlineData("/api/v1/cities?limit=1001", "limit")]
    [InlineData("/api/v1/cities?limit=-5", "limit")]
    [InlineData("/api/v1/cities?limit=many", "limit")]
    [InlineData("/api/v1/cities?limit=99999999999", "limit")]
    [InlineData("/api/v1/cities?limit=", "limit")]
    [InlineData("/api/v1/cities?limit=1&limit=2", "limit")]
    [InlineData("/api/v1/countries/?offset=-1", "offset")]
    [InlineData("/api/v1/regions/?offset=1.5", "offset")]
    [InlineData("/api/v1/subregions/?LIMIT=x", "limit")]
    [InlineData("/api/v1/cities/2643743/districts/?limit=0", "limit")]
    [InlineData("/api/v1/cities/2643743/nearby?radius=1km", "radius")]
    [InlineData("/api/v1/cities/nearest?lon=0&lat=north", "lat")]
    [InlineData("/ogc/collections/cities/items?limit=", "limit")]
    [InlineData("/tiles/cities/0/0/0.mvt?minPopulation=1e3", "minPopulation")]
    [InlineData("/api/v1/distance?from=2643743", "to")]
    [InlineData("/api/v1/cities?minPopulation=10,000", "minPopulation")]
    [InlineData("/api/v1/cities/2643743/nearby?radius=", "radius")]
    [InlineData("/api/v1/cities?near=0,0&radius=Infinity", "radius")]
    public async Task A_bad_parameter_is_named(string path, string parameter)
    {
        var problem = await api.Client.GetProblemAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.NotEmpty((string)problem["errors"]![parameter]![0]!);
    }

    [Theory]
    [InlineData("/api/v1/reverse?lat=4,8&lon=2,3", "lat", "'4,8' is not a number")]
    [InlineData("/api/v1/reverse?lat=9,0&lon=2", "lat", "'9,0' is not a number")]
    [InlineData("/api/v1/reverse?lat=51.5N&lon=2", "lat", "'51.5N' is not a number")]
    [InlineData("/api/v1/reverse?lat=4&lon=2&radius=10,000", "radius", "'10,000' is not a number")]
    [InlineData("/api/v1/cities?limit=1,0", "limit", "'1,0' is not a whole number")]
    public async Task A_number_is_never_read_as_another_one(string path, string parameter, string message)
    {
        var problem = await api.Client.GetProblemAsync(path, HttpStatusCode.BadRequest);

        var (name, messages) = Assert.Single(problem["errors"]!.AsObject());
        Assert.Equal(parameter, name);
        Assert.StartsWith(message, (string)Assert.Single(messages!.AsArray())!, StringComparison.Ordinal);
    }

    /// <summary>Whatever is added to the API: values that the framework would read as others, or the database could not take.</summary>
    [Theory]
    [InlineData("{0}=4,8", false, "'4,8' is not ")]
    [InlineData("{0}=4&{0}=8", true, "The parameter is given more than once.")]
    [InlineData("{0}=a%00", true, "The text contains a NUL character (U+0000).")]
    public async Task Every_parameter_in_a_query_is_read_strictly(string form, bool isForTexts, string message)
    {
        using var client = api.CreateSignedInClient();
        var document = await client.GetJsonAsync("/openapi/v1.json");
        var count = 0;
        foreach (var (path, operation) in document["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Where(each => each.Key == "get").Select(each => (path.Key, each.Value!))))
        {
            var parameters = operation["parameters"]?.AsArray().Select(parameter => parameter!).ToList() ?? [];
            var address = parameters.Where(parameter => (string?)parameter["in"] == "path").Aggregate(
                path,
                (text, parameter) => text.Replace($"{{{parameter["name"]}}}", $"{parameter["example"]}", StringComparison.Ordinal));
            foreach (var parameter in parameters.Where(parameter => (string?)parameter["in"] == "query"
                && (isForTexts || (parameter["schema"]!["type"]?.ToJsonString() is { } type
                    && (type.Contains("number", StringComparison.Ordinal) || type.Contains("integer", StringComparison.Ordinal))))))
            {
                var name = (string)parameter["name"]!;
                var problem = await client.GetProblemAsync(
                    $"{address}?{string.Format(CultureInfo.InvariantCulture, form, name)}", HttpStatusCode.BadRequest);
                var (named, messages) = Assert.Single(problem["errors"]!.AsObject());
                Assert.Equal(name, named);
                Assert.StartsWith(message, (string)Assert.Single(messages!.AsArray())!, StringComparison.Ordinal);
                count++;
            }
        }

        Assert.True(count > (isForTexts ? 200 : 40), $"{count}");
    }

    [Fact]
    public async Task Every_bad_parameter_out_of_range_is_named_at_once()
    {
        var problem = await api.Client.GetProblemAsync("/api/v1/cities?limit=0&offset=-1", HttpStatusCode.BadRequest);

        Assert.Equal(["limit", "offset"], problem["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task A_query_that_is_too_long_is_refused()
    {
        var problem = await api.Client.GetProblemAsync(
            $"/api/v1/cities/autocomplete/?query={new string('a', 101)}", HttpStatusCode.BadRequest);

        Assert.Equal(["query"], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("text/csv", "/api/v1/postal-codes?after=x", HttpStatusCode.BadRequest, "after")]
    [InlineData("image/png", "/ogc/collections/cities/items?unknown=1", HttpStatusCode.BadRequest, "unknown")]
    [InlineData("application/geo+json", "/api/v1/cities/2643743/districts/1", HttpStatusCode.NotFound, null)]
    [InlineData("text/html", "/nowhere", HttpStatusCode.NotFound, null)]
    public async Task Who_does_not_ask_for_JSON_is_told_all_the_same_what_is_wrong(
        string accept, string path, HttpStatusCode status, string? parameter)
    {
        using var client = api.CreateClient(api.Database.ConnectionString);
        client.DefaultRequestHeaders.Add("Accept", accept);

        var problem = await client.GetProblemAsync(path, status);

        Assert.NotEmpty((string?)problem["title"] ?? "");
        Assert.NotEmpty((string?)problem["type"] ?? "");
        Assert.NotEmpty((string?)problem["traceId"] ?? "");
        Assert.Equal(parameter, problem["errors"]?.AsObject().Single().Key);
    }

    [Theory]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("{\"type\":\"Poly\u00FFgon\",\"coordinates\":[]}")]
    public async Task A_body_whose_text_is_not_Unicode_is_refused(string body)
    {
        // Latin-1, so that it can hold a byte that UTF-8 cannot.
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/geo+json");

        using var response = await api.Client.PostAsync(
            new Uri("/api/v1/cities/within", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.Equal("body", problem!["errors"]!.AsObject().Single().Key);
    }

    [Fact]
    public async Task A_method_that_is_not_allowed_is_a_problem_too()
    {
        using var response = await api.Client.DeleteAsync(
            new Uri("/api/v1/cities/2643743", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task While_the_database_is_away_requests_are_asked_to_come_back()
    {
        var nowhere = new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = 1, Database = "none", Timeout = 2 };
        await AssertUnavailableAsync(nowhere.ConnectionString, "/api/v1/cities/2643743/");
    }

    [Fact]
    public async Task A_database_that_does_not_exist_yet_is_away_too()
    {
        var missing = new NpgsqlConnectionStringBuilder(api.Database.ConnectionString) { Database = "cities_test_missing" };
        await AssertUnavailableAsync(missing.ConnectionString, "/api/v1/cities/");
    }

    [Theory]
    [InlineData("Password", "wrong")]
    [InlineData("Username", "nobody")]
    public async Task A_database_that_refuses_the_sign_in_is_away_too(string key, string value)
    {
        var refused = new NpgsqlConnectionStringBuilder(api.Database.ConnectionString) { [key] = value }.ConnectionString;

        await AssertUnavailableAsync(refused, "/api/v1/cities");
        await AssertUnavailableAsync(refused, "/api/v1/countries");
    }

    [Fact]
    public async Task A_database_without_tables_is_away_too()
    {
        await using var empty = await api.CreateDatabaseAsync();
        await AssertUnavailableAsync(empty.ConnectionString, "/api/v1/countries/");
    }

    [Fact]
    public async Task A_database_that_comes_back_is_used_again()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        await client.GetJsonAsync("/api/v1/cities/2643743");

        // Breaks every connection that the API holds, as a restart of the server would.
        await database.ScalarAsync<long>(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """);

        await client.GetJsonAsync("/api/v1/cities/2643743");
    }

    [Fact]
    public async Task Readiness_tells_what_is_missing_and_liveness_does_not_mind()
    {
        await using var migrated = await api.CreateMigratedDatabaseAsync();
        using var client = api.CreateClient(migrated.ConnectionString);

        var (status, report) = await HealthAsync(client, "/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("Unhealthy", (string?)report["checks"]!["import"]!["status"]);
        Assert.Equal("No import has completed yet, or all data has been flushed.", (string?)report["checks"]!["import"]!["description"]);
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(client, "/alive")).Status);

        await migrated.ImportSampleAsync(TestContext.Current.CancellationToken);
        await HttpTesting.ReadyAsync(client);

        // What is left without alternative names is served; what is left without countries is nothing.
        await migrated.FlushAsync("alt_name", TestContext.Current.CancellationToken);
        await HttpTesting.ReadyAsync(client);
        await migrated.FlushAsync("country", TestContext.Current.CancellationToken);
        await HttpTesting.EventuallyAsync(async () =>
            (await HealthAsync(client, "/health")).Status == HttpStatusCode.ServiceUnavailable);
        await migrated.ImportSampleAsync(TestContext.Current.CancellationToken);
        await HttpTesting.ReadyAsync(client);
    }

    private async Task AssertUnavailableAsync(string connectionString, string path)
    {
        using var client = api.CreateClient(connectionString);

        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
        await client.GetProblemAsync(path, HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await HealthAsync(client, "/health")).Status);
        Assert.Equal(HttpStatusCode.OK, (await HealthAsync(client, "/alive")).Status);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Report)> HealthAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode,
            (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!);
    }
}

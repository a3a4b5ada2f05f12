using System.Net;
using System.Text;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>The API on a primary and a standby that streams from it: docs/scaling.md.</summary>
public sealed class ReadReplicaTests(ApiFixture api, StreamingPostgres postgres) : IClassFixture<StreamingPostgres>, IAsyncLifetime
{
    /// <summary>A place of less than 5,000 people, as long as it is there.</summary>
    private const string Nearest = "/api/v1/cities/nearest?lat=50.3&lon=-3.8";

    private const string London = "/api/v1/cities/2643743?fields=population";

    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TestDatabase OnStandby => postgres.Standby.Open(_database);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(postgres.IsInstalled, StreamingPostgres.Missing);
        _database = await postgres.CreateDatabaseAsync();
        await _database.ImportSampleAsync(Cancellation);
        await postgres.CatchUpAsync();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Reads_go_to_the_standby_and_go_on_while_the_primary_is_down()
    {
        using var client = CreateClient();
        await AssertAnswersAsync(client, requests: 20);
        Assert.Equal(0, await ReadersAsync(_database));
        Assert.NotEqual(0, await ReadersAsync(OnStandby));

        await postgres.Primary.StopAsync();
        try
        {
            await AssertAnswersAsync(client, requests: 200);
            await HttpTesting.ReadyAsync(client);
            // An API that is started then as well.
            using var another = CreateClient();
            await AssertAnswersAsync(another, requests: 20);
        }
        finally
        {
            await postgres.Primary.StartAsync();
        }
    }

    [Fact]
    public async Task Reads_go_to_the_primary_while_the_standby_is_down()
    {
        using var client = CreateClient();
        await AssertAnswersAsync(client, requests: 5);

        await postgres.Standby.StopAsync();
        try
        {
            await AssertAnswersAsync(client, requests: 200);
        }
        finally
        {
            await postgres.Standby.StartAsync();
        }
    }

    [Fact]
    public async Task An_edit_goes_to_the_primary_and_is_answered_with_from_when_the_standby_has_it()
    {
        using var client = CreateClient();
        client.DefaultRequestHeaders.Add("X-Api-Key", await _database.CreateKeyAsync(ApiRole.Editor));
        await postgres.CatchUpAsync();
        var old = await AskAsync(client, London);

        await OnStandby.ExecuteAsync("DO 'BEGIN PERFORM pg_wal_replay_pause(); END'");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/admin/cities/2643743")
            {
                Content = new StringContent("""{"population":1}""", Encoding.UTF8, "application/json"),
                Headers = { { "If-Match", "*" } },
            };
            using var corrected = await client.SendAsync(request, Cancellation);
            Assert.True(corrected.IsSuccessStatusCode, await corrected.Content.ReadAsStringAsync(Cancellation));
            // The editor sees it at once, all others when it is there: nothing old is kept under a new version.
            Assert.Equal(1, (int)(await client.GetJsonAsync("/api/v1/admin/cities/2643743"))["values"]!["population"]!);
            await HttpTesting.NextVersionCheckAsync();
            Assert.Equal(old, await AskAsync(client, London));
        }
        finally
        {
            await OnStandby.ExecuteAsync("DO 'BEGIN PERFORM pg_wal_replay_resume(); END'");
        }

        await postgres.CatchUpAsync();
        await HttpTesting.EventuallyAsync(async () => await AskAsync(client, London) is var answer && answer.ETag != old.ETag && answer.Body != old.Body);
    }

    [Fact]
    public async Task Reads_go_on_while_the_standby_replays_an_import()
    {
        using var client = CreateClient();
        var before = await AskAsync(client);

        var import = _database.ImportSampleAsync(Cancellation, minimumPopulation: 5000);
        while (!import.IsCompleted)
            await AssertAnswersAsync(client, requests: 10);
        await import;

        await HttpTesting.EventuallyAsync(async () =>
            await AskAsync(client) is var after && after.ETag != before.ETag && after.Body != before.Body);
    }

    [Fact]
    public async Task What_a_standby_that_lags_behind_answers_is_never_taken_for_the_data_of_the_primary()
    {
        using var client = CreateClient();
        var old = await AskAsync(client);

        // The standby is away while an import lands, so the primary answers; back, it holds back what it has missed.
        (string ETag, string Body) current = default;
        await postgres.Standby.StopAsync();
        try
        {
            await _database.ImportSampleAsync(Cancellation, minimumPopulation: 5000);
            await HttpTesting.EventuallyAsync(async () => (current = await AskAsync(client)).ETag != old.ETag);
            Assert.NotEqual(old.Body, current.Body);
        }
        finally
        {
            await postgres.Standby.StartAsync("recovery_min_apply_delay=1h");
        }

        try
        {
            await HttpTesting.EventuallyAsync(async () =>
            {
                var answer = await AskAsync(client);
                // Newer data under an older version goes with that version; older data under a newer one would stay.
                Assert.True(answer.ETag == old.ETag || answer.Body == current.Body, $"{answer.Body} under {answer.ETag}");
                return answer == old;
            });
        }
        finally
        {
            await postgres.Standby.StopAsync();
            await postgres.Standby.StartAsync();
        }

        await postgres.CatchUpAsync();
        await HttpTesting.EventuallyAsync(async () => await AskAsync(client) == current);
    }

    private HttpClient CreateClient() => api.CreateClient(
        $"{postgres.ConnectionStringOf(_database)};Application Name={_database.Name}", ("Api:Cache:Output", "false"));

    private static async Task<(string ETag, string Body)> AskAsync(HttpClient client, string path = Nearest)
    {
        using var response = await client.AskAsync(path);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, body);
        return ($"{response.Headers.ETag}", body);
    }

    private static async Task AssertAnswersAsync(HttpClient client, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            using var response = await client.AskAsync($"/api/v1/cities?limit=1&offset={i}");
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{i}: {await response.Content.ReadAsStringAsync(Cancellation)}");
        }
    }

    /// <summary>The API's sessions on a server that have looked for cities.</summary>
    private Task<long> ReadersAsync(TestDatabase database) => database.ScalarAsync<long>(
        $"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{_database.Name}' AND query LIKE '%FROM cities%'");
}

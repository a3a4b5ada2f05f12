using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.Api.Tests.Http;

public sealed class CachingTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Theory]
    [InlineData(London)]
    [InlineData("/api/v1/cities/?limit=3")]
    [InlineData("/api/v1/countries/GB/")]
    public async Task The_same_request_has_the_same_strong_ETag_on_every_replica(string path)
    {
        using var replica = api.CreateClient(api.Database.ConnectionString);

        var etag = await api.Client.GetETagAsync(path);

        Assert.Equal(etag, await api.Client.GetETagAsync(path));
        Assert.Equal(etag, await replica.GetETagAsync(path));
    }

    [Theory]
    [InlineData("/api/v1/cities?limit=2&offset=1", null, null)]
    [InlineData("/api/v1/cities?offset=1&limit=3", null, null)]
    [InlineData("/api/v1/cities/?limit=3&offset=1", null, null)]
    [InlineData("http://elsewhere/api/v1/cities?limit=3&offset=1", null, null)]
    [InlineData("/api/v1/cities?limit=3&offset=1", "Accept", "application/json")]
    [InlineData("/api/v1/cities?limit=3&offset=1", "Accept-Language", "de")]
    [InlineData("/api/v1/cities?limit=3&offset=1", "Accept-Encoding", "gzip")]
    public async Task Another_request_has_another_ETag(string path, string? header, string? value)
    {
        var etag = await api.Client.GetETagAsync("/api/v1/cities?limit=3&offset=1");

        var other = await api.Client.GetETagAsync(path, header is null ? [] : [(header, value!)]);

        Assert.NotEqual(etag, other);
    }

    [Fact]
    public async Task Encodings_differ_by_what_is_chosen_and_not_by_how_it_is_asked_for()
    {
        var brotli = await api.Client.GetETagAsync(London, ("Accept-Encoding", "br"));

        Assert.Equal(brotli, await api.Client.GetETagAsync(London, ("Accept-Encoding", "gzip;q=0.5, br")));
        Assert.NotEqual(brotli, await api.Client.GetETagAsync(London, ("Accept-Encoding", "gzip, br;q=0.5")));
        Assert.Equal(
            await api.Client.GetETagAsync(London), await api.Client.GetETagAsync(London, ("Accept-Encoding", "identity")));
    }

    [Fact]
    public async Task An_import_changes_the_ETag_and_one_that_failed_does_not()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        var etag = await client.GetETagAsync(London);

        await database.RecordRunAsync(ImportOutcome.Failed);
        await database.RecordRunAsync(ImportOutcome.Cancelled);
        await HttpTesting.NextVersionCheckAsync();
        Assert.Equal(etag, await client.GetETagAsync(London));

        await database.RecordRunAsync();
        await HttpTesting.EventuallyAsync(async () => await client.GetETagAsync(London) != etag);
    }

    [Fact]
    public async Task A_database_made_anew_with_the_same_run_numbers_has_other_ETags()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        var etag = await client.GetETagAsync(London);

        await database.ExecuteAsync("UPDATE import_runs SET finished_at = finished_at + interval '1 second'");

        await HttpTesting.EventuallyAsync(async () => await client.GetETagAsync(London) != etag);
    }

    [Fact]
    public async Task Who_has_the_answer_is_told_so_without_a_look_into_the_tables()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, ("Api:Cache:Output", "false"));
        using var first = await client.AskAsync(London);
        var etag = first.Headers.ETag!.ToString();

        await database.ExecuteAsync("ALTER TABLE cities RENAME TO cities_elsewhere");

        foreach (var condition in new[] { etag, $"W/{etag}", $"\"other\", W/\"another\", {etag}" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var response = await client.SendAsync(method, London, ("If-None-Match", condition));
                Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
                Assert.Empty(await response.BytesAsync());
                Assert.Equal(etag, response.Headers.ETag?.ToString());
                Assert.Equal(first.Headers.CacheControl, response.Headers.CacheControl);
                Assert.Equal(first.Headers.Vary, response.Headers.Vary);
            }
        }

        // The table is indeed needed for any other answer.
        using var unknown = await client.AskAsync(London, ("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
    }

    [Fact]
    public async Task An_answer_that_has_changed_is_sent_again()
    {
        using var response = await api.Client.AskAsync(London, ("If-None-Match", "\"other\", W/\"another\""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(await response.BytesAsync());
    }

    [Fact]
    public async Task A_date_says_nothing_of_what_has_none()
    {
        (string, string) since = ("If-Modified-Since", DateTimeOffset.UtcNow.AddDays(1).ToString("R"));
        await api.Client.GetETagAsync(London, since);

        // By now it is in the output cache, which would compare the date.
        await api.Client.GetETagAsync(London, since);
    }

    [Fact]
    public async Task If_there_is_any_answer_an_asterisk_matches_it()
    {
        using var response = await api.Client.AskAsync(London, ("If-None-Match", "*"));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.BytesAsync());
        Assert.Equal(await api.Client.GetETagAsync(London), response.Headers.ETag?.ToString());
        Assert.Null(response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("/api/v1/cities/1", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/nonsense", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/cities?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/cities?limit=many", HttpStatusCode.BadRequest)]
    public async Task A_failure_is_a_failure_whatever_the_condition(string path, HttpStatusCode status)
    {
        var etag = await api.Client.GetETagAsync(London);
        using var unconditional = await api.Client.AskAsync(path);

        foreach (var condition in new[] { "*", etag })
        {
            using var response = await api.Client.AskAsync(path, ("If-None-Match", condition));
            Assert.Equal(status, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var expected = JsonNode.Parse(await unconditional.BytesAsync())!;
            var problem = JsonNode.Parse(await response.BytesAsync())!;
            Assert.Equal(expected["title"]?.ToString(), problem["title"]?.ToString());
            Assert.Equal(expected["errors"]?.ToString(), problem["errors"]?.ToString());
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/cities/1")]
    [InlineData("GET", "/api/v1/nonsense")]
    [InlineData("GET", "/api/v1/cities?limit=0")]
    [InlineData("GET", "/api/v1/cities?limit=many")]
    [InlineData("DELETE", London)]
    public async Task Failures_are_not_kept(string method, string path)
    {
        using var response = await api.Client.SendAsync(new HttpMethod(method), path);

        AssertNotKept(response);
    }

    [Fact]
    public async Task How_long_an_answer_is_kept_can_be_set()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString,
            ("Api:Cache:MaxAge", "01:00:00"),
            ("Api:Cache:StaleWhileRevalidate", "1.00:00:00"));

        using var byDefault = await api.Client.AskAsync(London);
        using var set = await client.AskAsync(London);

        Assert.Equal(
            ["public, max-age=60, stale-while-revalidate=300"], byDefault.Headers.NonValidated["Cache-Control"]);
        Assert.Equal(["public, max-age=3600, stale-while-revalidate=86400"], set.Headers.NonValidated["Cache-Control"]);
        Assert.Equal(["Accept", "Accept-Encoding", "Accept-Language"], byDefault.Headers.Vary.Order());
    }

    [Fact]
    public async Task Before_the_first_import_nothing_is_kept()
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);

        using var response = await client.AskAsync("/api/v1/cities");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        AssertNotKept(response);
    }

    [Fact]
    public async Task While_the_database_is_away_what_is_known_goes_on()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, ("Api:Cache:Grace", "01:00:00"));
        var etag = await client.GetETagAsync(London);

        await database.DisposeAsync();
        await HttpTesting.NextVersionCheckAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(etag, await client.GetETagAsync(London));
            using var known = await client.AskAsync(London, ("If-None-Match", etag));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
            using var unknown = await client.AskAsync("/api/v1/countries/GB");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
            AssertNotKept(unknown);
        }
    }

    [Fact]
    public async Task While_the_database_is_away_what_is_known_does_not_go_on_for_ever()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, ("Api:Cache:Grace", "00:00:00"));
        var etag = await client.GetETagAsync(London);

        await database.DisposeAsync();

        await HttpTesting.EventuallyAsync(async () =>
        {
            using var response = await client.AskAsync(London, ("If-None-Match", etag));
            return response.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
    }

    [Fact]
    public async Task The_version_of_the_data_is_asked_for_twice_a_second_at_most()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await using var factory = api.CreateFactory(database.ConnectionString);
        using var client = factory.CreateClient();
        var queries = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TagObjects.Any(tag => tag.Value as string == database.Name)
                    && activity.TagObjects.Any(tag => tag.Value is string text && IsLookAtVersion(text)))
                {
                    Interlocked.Increment(ref queries);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var watch = Stopwatch.StartNew();

        for (var i = 0; i < 20; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetETagAsync(London)));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.InRange(queries, 1, (2 * watch.Elapsed.TotalSeconds) + 1);

        // Answers that are made read the version as well, with their rows.
        static bool IsLookAtVersion(string text) =>
            text.Contains("outcome FROM import_runs ORDER BY", StringComparison.Ordinal);
    }

    private static void AssertNotKept(HttpResponseMessage response)
    {
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        Assert.Null(response.Headers.ETag);
    }
}

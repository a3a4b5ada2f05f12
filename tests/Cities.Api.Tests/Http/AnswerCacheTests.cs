using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using Cities.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cities.Api.Tests.Http;

public sealed class AnswerCacheTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task Answers_come_from_memory_until_an_import_that_every_replica_sees()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var first = api.CreateClient(database.ConnectionString);
        using var second = api.CreateClient(database.ConnectionString);
        Assert.Equal("London", await NameAsync(first));
        Assert.Equal("London", await NameAsync(second));

        await RenameAsync(database, "Londinium");
        await HttpTesting.NextVersionCheckAsync();
        Assert.Equal("London", await NameAsync(first));
        Assert.Equal("London", await NameAsync(second));

        await database.RecordRunAsync();
        await HttpTesting.EventuallyAsync(async () => await NameAsync(first) == "Londinium");
        await HttpTesting.EventuallyAsync(async () => await NameAsync(second) == "Londinium");
    }

    [Theory]
    [InlineData("Api:Cache:Output", "false")]
    [InlineData("Api:Cache:OutputBodySize", "20")]
    public async Task Memory_can_be_switched_off_and_holds_no_more_than_it_may(string key, string value)
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, (key, value));
        Assert.Equal("London", await NameAsync(client));

        await RenameAsync(database, "Londinium");

        Assert.Equal("Londinium", await NameAsync(client));
    }

    [Fact]
    public async Task What_comes_from_memory_is_the_same_to_the_byte_and_no_older_than_what_is_made()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);

        foreach (var encoding in new[] { "identity", "gzip", "br" })
        {
            using var made = await client.AskAsync(London, ("Accept-Encoding", encoding));
            await RenameAsync(database, Guid.NewGuid().ToString("N"));
            using var kept = await client.AskAsync(London, ("Accept-Encoding", encoding));

            Assert.Equal(await made.BytesAsync(), await kept.BytesAsync());
            Assert.Equal(made.Headers.ETag, kept.Headers.ETag);
            Assert.Equal(made.Headers.CacheControl, kept.Headers.CacheControl);
            Assert.Equal(made.Headers.Vary, kept.Headers.Vary);
            Assert.Equal(made.Content.Headers.ContentType, kept.Content.Headers.ContentType);
            Assert.Equal(made.Content.Headers.ContentEncoding, kept.Content.Headers.ContentEncoding);
            // Either would have caches count the time that it has been in memory; a real server says what time it is.
            Assert.Null(kept.Headers.Age);
            if (ApiContainer.Image is null)
                Assert.Null(kept.Headers.Date);
        }
    }

    [Fact]
    public async Task Who_wants_only_what_is_kept_is_answered_all_the_same()
    {
        using var response = await api.Client.AskAsync($"{London}?fields=name&lang=xx", ("Cache-Control", "max-age=0, only-if-cached"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Links_lead_to_the_host_that_was_asked()
    {
        foreach (var host in new[] { "one.example", "other.example" })
        {
            var page = await api.Client.GetJsonAsync($"http://{host}/api/v1/cities?limit=2");

            Assert.Equal($"http://{host}/api/v1/cities?limit=2&offset=2", (string?)page["next"]);
        }
    }

    [Fact]
    public async Task What_was_not_found_is_looked_for_again()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        await client.GetProblemAsync("/api/v1/cities/1", HttpStatusCode.NotFound);

        await database.ExecuteAsync("UPDATE cities SET id = 1 WHERE id = (SELECT max(id) FROM cities WHERE population < 2000)");

        await client.GetJsonAsync("/api/v1/cities/1");
    }

    [Fact]
    public async Task An_answer_whose_client_has_gone_is_not_kept()
    {
        var calls = 0;
        var ended = new TaskCompletionSource();
        await using var endpoints = await EndpointApi.StartAsync(api.Database.ConnectionString, app =>
            app.MapGet("/numbers", (HttpContext context) => Numbers(context.RequestAborted)).WithHttpCaching());

        using (var impatience = new CancellationTokenSource())
        {
            // With its first bytes, the client goes.
            using var request = new HttpRequestMessage(HttpMethod.Get, "/numbers");
            request.Headers.Add("Accept-Encoding", "gzip");
            using var response = await endpoints.Client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, impatience.Token);
            await impatience.CancelAsync();
        }

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        using var again = await endpoints.Client.AskAsync("/numbers", ("Accept-Encoding", "gzip"));
        await using var text = new GZipStream(new MemoryStream(await again.BytesAsync()), CompressionMode.Decompress);
        using var reader = new StreamReader(text);
        Assert.Equal("[1,2]", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));

        async IAsyncEnumerable<int> Numbers([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var isFirst = Interlocked.Increment(ref calls) == 1;
            yield return 1;
            if (isFirst)
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    ended.TrySetResult();
                }
            }

            yield return 2;
        }
    }

    /// <summary>Changes a row as no import does: without a word in the record of imports.</summary>
    private static Task RenameAsync(TestDatabase database, string name) =>
        database.ExecuteAsync($"UPDATE cities SET name = '{name}' WHERE id = 2643743");

    private static async Task<string?> NameAsync(HttpClient client) => (string?)(await client.GetJsonAsync(London))["name"];
}

using System.Net;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;

namespace Cities.Api.Tests.Security;

/// <summary>The API with anonymous reading off: nothing is told to those who do not say who they are.</summary>
public sealed class ClosedApiTests(ApiFixture api, ClosedApiFixture closed) : IClassFixture<ClosedApiFixture>
{
    private const string London = "/api/v1/cities/2643743";

    private readonly HttpClient _client = closed.Client;

    [Theory]
    [InlineData("/api/v1/cities")]
    [InlineData("/api/v1/cities?f=csv&minPopulation=1000000")]
    [InlineData(London)]
    [InlineData("/api/v1/search?q=London")]
    [InlineData("/api/v1/stats")]
    [InlineData("/api/v1/imports")]
    [InlineData("/api/v1/admin/me")]
    [InlineData("/ogc")]
    [InlineData("/ogc/api")]
    [InlineData("/ogc/collections/cities/items")]
    [InlineData("/tiles/cities.json")]
    [InlineData("/tiles/cities/0/0/0.mvt")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/scalar/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/redoc/index.html")]
    [InlineData("/metrics")]
    public async Task Reading_takes_a_key_and_no_shared_cache_keeps_what_is_read(string path)
    {
        var key = await api.Database.CreateKeyAsync(ApiRole.Reader);

        // The second time it would come from memory.
        for (var i = 0; i < 2; i++)
        {
            using var read = await _client.AskAsync(path, ("X-Api-Key", key));
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            Assert.True(
                read.Headers.CacheControl is { Public: false } cache && (cache.Private || cache.NoStore), $"{read.Headers.CacheControl}");
            using var refused = await _client.AskAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.NotEmpty(refused.Headers.WwwAuthenticate);
            Assert.Equal(401, (int)(await KeyTests.ReadProblemAsync(refused))["status"]!);
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing")]
    [InlineData("GET", "/nothing")]
    [InlineData("HEAD", London)]
    [InlineData("OPTIONS", London)]
    [InlineData("DELETE", London)]
    [InlineData("POST", "/api/v1/cities/within")]
    public async Task Not_even_what_there_is_is_told(string method, string path)
    {
        using var response = await _client.SendAsync(HttpMethod.Parse(method), path);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Who_has_an_answer_is_told_that_it_still_holds_only_with_a_key()
    {
        var key = await api.Database.CreateKeyAsync(ApiRole.Reader);
        var etag = await _client.GetETagAsync(London, ("X-Api-Key", key));

        using var unchanged = await _client.AskAsync(London, ("X-Api-Key", key), ("If-None-Match", etag));
        using var refused = await _client.AskAsync(London, ("If-None-Match", etag));

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.True(unchanged.Headers.CacheControl!.Private);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Null(refused.Headers.ETag);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/explorer/map.js")]
    public async Task Probes_and_the_files_of_the_map_are_open(string path)
    {
        await HttpTesting.ReadyAsync(_client);
        using var response = await _client.AskAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_may_send_a_key_and_read_that_it_was_refused()
    {
        using var preflight = await _client.SendAsync(
            HttpMethod.Options, London, ("Origin", "https://map.example"), ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "x-api-key"));
        using var refused = await _client.AskAsync(London, ("Origin", "https://map.example"));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("x-api-key", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("*", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(refused.Headers.Contains("Access-Control-Allow-Credentials"));
    }
}

/// <summary>The API that all of the tests ask.</summary>
public sealed class ClosedApiFixture(ApiFixture api) : IDisposable
{
    public HttpClient Client { get; } = api.CreateClient(
        api.Database.ConnectionString, ("Api:Authentication:AllowAnonymous", "false"), ("Api:Prometheus:Enabled", "true"));

    public void Dispose() => Client.Dispose();
}

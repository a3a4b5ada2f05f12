using System.Net;

namespace Cities.Api.Tests.Http;

public sealed class CorsTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const string Site = "https://map.example";

    [Fact]
    public async Task Any_site_may_ask_first_and_then_call()
    {
        using var preflight = await PreflightAsync(api.Client, Site);

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("*", Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal("X-Anything", Header(preflight, "Access-Control-Allow-Headers"));
        Assert.Equal("3600", Header(preflight, "Access-Control-Max-Age"));
        Assert.Equal("GET,HEAD,OPTIONS,POST,PATCH,DELETE", Header(preflight, "Access-Control-Allow-Methods"));
    }

    /// <summary>A page that edits reads the ETag of a city, sends it back, and reads where a new place is.</summary>
    [Theory]
    [InlineData("PATCH", "/api/v1/admin/cities/2643743")]
    [InlineData("DELETE", "/api/v1/admin/cities/2000000000")]
    [InlineData("POST", "/api/v1/admin/cities")]
    public async Task A_page_of_another_site_may_edit_with_its_key(string method, string path)
    {
        using var preflight = await api.Client.SendAsync(
            HttpMethod.Options,
            path,
            ("Origin", Site),
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", "X-Api-Key,If-Match,Content-Type"));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains(method, Header(preflight, "Access-Control-Allow-Methods").Split(','));
        Assert.Equal("X-Api-Key,If-Match,Content-Type", Header(preflight, "Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData(London, HttpStatusCode.OK)]
    [InlineData("/api/v1/cities/1", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/cities?limit=many", HttpStatusCode.BadRequest)]
    public async Task A_page_of_another_site_can_read_answers_and_failures(string path, HttpStatusCode status)
    {
        using var response = await api.Client.AskAsync(path, ("Origin", Site));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(
            "ETag,Location,Link,Content-Language,Retry-After,Allow,WWW-Authenticate",
            Header(response, "Access-Control-Expose-Headers"));
    }

    [Fact]
    public async Task A_page_of_another_site_can_read_that_it_has_the_answer()
    {
        using var response = await api.Client.AskAsync(
            London, ("Origin", Site), ("If-None-Match", await api.Client.GetETagAsync(London)));

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Sites_can_be_named_and_each_is_told_of_itself_alone()
    {
        using var client = api.CreateClient(
            api.Database.ConnectionString, ("Api:Cors:Origins", $"{Site}, https://other.example"));

        foreach (var site in new[] { Site, "https://other.example" })
        {
            // Also when the answer comes out of memory, where it was put for the other site.
            using var response = await client.AskAsync(London, ("Origin", site));
            Assert.Equal(site, Header(response, "Access-Control-Allow-Origin"));
            Assert.Contains("Origin", response.Headers.Vary);
            Assert.Contains("Accept-Encoding", response.Headers.Vary);
        }

        using var stranger = await client.AskAsync(London, ("Origin", "https://stranger.example"));
        Assert.Equal(HttpStatusCode.OK, stranger.StatusCode);
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
        using var preflight = await PreflightAsync(client, "https://stranger.example");
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient client, string site) =>
        client.SendAsync(
            HttpMethod.Options,
            London,
            ("Origin", site),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "X-Anything"));

    private static string Header(HttpResponseMessage response, string name) => response.Headers.NonValidated[name].ToString();
}

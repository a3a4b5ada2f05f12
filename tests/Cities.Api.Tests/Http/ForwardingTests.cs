using System.Net;

namespace Cities.Api.Tests.Http;

/// <summary>Whose X-Forwarded-For and -Proto count. All requests come from loopback; the rate limit tells clients apart.</summary>
public sealed class ForwardingTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const int Burst = 5;

    [Theory]
    [InlineData("KnownProxies", "127.0.0.1")]
    [InlineData("KnownNetworks", "10.0.0.0/8, 127.0.0.0/8")]
    public async Task Clients_behind_a_known_proxy_are_told_apart(string key, string value)
    {
        using var client = CreateClient(($"Api:ForwardedHeaders:{key}", value));
        await AskTooMuchAsync(client, "192.0.2.1");

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "192.0.2.2"));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Who_is_no_known_proxy_cannot_pass_for_others(string isEnabled)
    {
        using var client = CreateClient(
            ("Api:ForwardedHeaders:KnownNetworks", "10.0.0.0/8"), ("Api:ForwardedHeaders:KnownProxies", "192.0.2.7"), ("ForwardedHeaders_Enabled", isEnabled));
        await AskTooMuchAsync(client, "192.0.2.1");

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client, "192.0.2.2"));
    }

    [Fact]
    public async Task What_a_client_has_put_before_the_proxys_word_counts_for_nothing()
    {
        using var client = CreateClient(("Api:ForwardedHeaders:KnownNetworks", "127.0.0.0/8, 10.0.0.0/8"));
        // Through two proxies, each of which has added whom it was asked by.
        await AskTooMuchAsync(client, "198.51.100.1, 192.0.2.1, 10.0.0.1");

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client, "198.51.100.2, 192.0.2.1, 10.0.0.1"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "198.51.100.1, 192.0.2.2, 10.0.0.1"));
    }

    [Theory]
    [InlineData("127.0.0.1", "https")]
    [InlineData("10.0.0.1", "http")]
    public async Task Links_have_the_scheme_that_a_known_proxy_was_asked_with(string proxy, string scheme)
    {
        using var client = CreateClient(("Api:ForwardedHeaders:KnownProxies", proxy));
        using var response = await client.AskAsync("/api/v1/cities?limit=1", ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"));

        var page = System.Text.Json.Nodes.JsonNode.Parse(await response.BytesAsync())!;
        Assert.StartsWith($"{scheme}://", (string?)page["next"], StringComparison.Ordinal);
    }

    /// <summary>One that does not get back what it has used while the test runs.</summary>
    private HttpClient CreateClient(params (string, string)[] settings) =>
        api.CreateFactory(
            api.Database.ConnectionString,
            [("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:PerSecond", "1"), ("Api:RateLimit:Burst", $"{Burst}"), .. settings])
            .CreateKestrelClient();

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string forwardedFor)
    {
        using var response = await client.AskAsync(London, ("X-Forwarded-For", forwardedFor));
        return response.StatusCode;
    }

    private static async Task AskTooMuchAsync(HttpClient client, string forwardedFor)
    {
        for (var i = 0; i < 20 * Burst; i++)
        {
            if (await AskAsync(client, forwardedFor) == HttpStatusCode.TooManyRequests)
                return;
        }

        Assert.Fail("It was never refused.");
    }
}

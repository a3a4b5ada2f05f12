using System.Net;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests.Http;

public sealed class RateLimitTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const int Burst = 5;

    [Fact]
    public async Task Who_asks_too_much_is_asked_to_wait_and_then_served_again()
    {
        using var client = CreateClient();

        using var refused = await AskTooMuchAsync(client, London);

        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), $"{refused.Headers.RetryAfter}");
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["no-store"], refused.Headers.NonValidated["Cache-Control"]);
        Assert.Equal("*", refused.Headers.NonValidated["Access-Control-Allow-Origin"].ToString());
        var problem = JsonNode.Parse(await refused.BytesAsync())!;
        Assert.Equal((429, "Too Many Requests"), ((int)problem["status"]!, (string)problem["title"]!));

        await HttpTesting.EventuallyAsync(async () =>
        {
            using var response = await client.AskAsync(London);
            return response.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Health_checks_are_answered_however_frequent_they_are()
    {
        using var client = CreateClient();
        await HttpTesting.ReadyAsync(client);
        using var refused = await AskTooMuchAsync(client, London);

        for (var i = 0; i < 2 * Burst; i++)
        {
            using var response = await client.AskAsync(i % 2 == 0 ? "/alive" : "/health");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task One_client_does_not_use_up_what_is_anothers()
    {
        using var client = CreateClient(("ForwardedHeaders_Enabled", "true"));
        using var refused = await AskTooMuchAsync(client, London, ("X-Forwarded-For", "192.0.2.1"));

        using var other = await client.AskAsync(London, ("X-Forwarded-For", "192.0.2.2"));

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Who_a_client_says_it_is_counts_for_nothing_unless_there_is_a_proxy()
    {
        using var client = CreateClient();
        using var refused = await AskTooMuchAsync(client, London, ("X-Forwarded-For", "192.0.2.1"));

        // Enough of them to outlast what one second gives back.
        using var other = await AskTooMuchAsync(client, London, ("X-Forwarded-For", "192.0.2.2"), 3);

        Assert.Equal(HttpStatusCode.TooManyRequests, other.StatusCode);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void A_client_is_an_address_and_in_IPv6_all_that_one_host_has(string one, string other, bool same) =>
        Assert.Equal(same, RateLimiting.ClientOf(IPAddress.Parse(one)).Equals(RateLimiting.ClientOf(IPAddress.Parse(other))));

    [Fact]
    public async Task There_need_not_be_a_limit()
    {
        using var client = CreateClient(("Api:RateLimit:Enabled", "false"));

        for (var i = 0; i < 4 * Burst; i++)
            await client.GetETagAsync(London);
    }

    private HttpClient CreateClient(params (string, string)[] settings) =>
        api.CreateClient(
            api.Database.ConnectionString,
            [
                ("Api:RateLimit:Enabled", "true"),
                ("Api:RateLimit:PerSecond", "1"),
                ("Api:RateLimit:Burst", $"{Burst}"),
                .. settings,
            ]);

    private static Task<HttpResponseMessage> AskTooMuchAsync(HttpClient client, string path) =>
        AskTooMuchAsync(client, path, ("Origin", "https://map.example"));

    /// <summary>Asks until it is refused.</summary>
    private static async Task<HttpResponseMessage> AskTooMuchAsync(
        HttpClient client, string path, (string, string) header, int requests = 20 * Burst)
    {
        HttpResponseMessage? response = null;
        for (var i = 0; i < requests && response?.StatusCode != HttpStatusCode.TooManyRequests; i++)
        {
            response?.Dispose();
            response = await client.AskAsync(path, ("Origin", "https://map.example"), header);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, response!.StatusCode);
        return response;
    }
}

using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Cities.Api.Tests.Http;

public sealed class LimitTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";

    [Fact]
    public async Task A_request_that_takes_too_long_is_answered_so()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await using var factory = api.CreateFactory(database.ConnectionString, ("Api:RequestTimeout", "00:00:00.5"));
        using var client = factory.CreateClient();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("LOCK TABLE cities", connection, transaction);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await client.GetProblemAsync(London, HttpStatusCode.ServiceUnavailable);
        using (var refused = await client.AskAsync(London))
            Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        await client.GetJsonAsync(London);
        Assert.Equal(
            TimeSpan.FromSeconds(0.5),
            factory.Services.GetRequiredService<IOptions<RequestTimeoutOptions>>().Value.DefaultPolicy?.Timeout);
    }

    [Fact]
    public async Task Requests_of_an_unreasonable_size_are_refused()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        using var client = factory.CreateKestrelClient();

        using var address = await client.AskAsync($"{London}?{new string('a', 9000)}");
        using var headers = await client.AskAsync(London, [.. Enumerable.Range(0, 101).Select(i => ($"X-{i}", "a"))]);
        using var header = await client.AskAsync(London, ("X-Long", new string('a', 40_000)));
        using var reasonable = await client.AskAsync($"{London}?{new string('a', 4000)}");

        Assert.Equal(HttpStatusCode.RequestUriTooLong, address.StatusCode);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, headers.StatusCode);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, header.StatusCode);
        Assert.Equal(HttpStatusCode.OK, reasonable.StatusCode);
        Assert.Equal(1 << 20, factory.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
        Assert.Empty(reasonable.Headers.Server);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused_as_the_document_says()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        using var client = factory.CreateKestrelClient();
        using var large = new StringContent(new string(' ', (1 << 20) + 1), Encoding.UTF8, "application/geo+json");
        using var text = new StringContent("{}", Encoding.UTF8, "text/plain");
        var within = new Uri("/api/v1/cities/within", UriKind.Relative);

        using var tooLarge = await client.PostAsync(within, large, TestContext.Current.CancellationToken);
        using var unsupported = await client.PostAsync(within, text, TestContext.Current.CancellationToken);
        var responses = (await client.GetJsonAsync("/openapi/v1.json"))["paths"]!["/api/v1/cities/within"]!["post"]!["responses"]!;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unsupported.StatusCode);
        Assert.All([tooLarge, unsupported], response =>
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(responses[$"{(int)response.StatusCode}"]);
        });
    }

    [Theory]
    [InlineData("/api/v1/cities/within", false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/cities/within", true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/admin/cities", false, HttpStatusCode.Unauthorized)]
    [InlineData("/nowhere", false, HttpStatusCode.NotFound)]
    public async Task Who_has_sent_too_much_is_told_that_the_connection_ends(string path, bool isChunked, HttpStatusCode status)
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        using var client = factory.CreateKestrelClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(new string(' ', (1 << 20) + 1), Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = isChunked;

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.True(response.Headers.ConnectionClose);
    }

    [Theory]
    [InlineData(London)]
    [InlineData("/api/v1/cities/1")]
    [InlineData("/api/v1/cities?limit=many")]
    [InlineData("/health")]
    public async Task Browsers_are_told_not_to_guess_what_an_answer_is(string path)
    {
        using var response = await api.Client.AskAsync(path);

        Assert.Equal(["nosniff"], response.Headers.NonValidated["X-Content-Type-Options"]);
    }

    [Theory]
    [InlineData("Api:RequestTimeout", "00:00:00", "RequestTimeout")]
    [InlineData("Api:RequestTimeout", "soon", "Api:RequestTimeout")]
    [InlineData("Api:Cache:MaxAge", "-00:00:01", "MaxAge")]
    [InlineData("Api:Cache:OutputSize", "5", "OutputSize")]
    [InlineData("Api:RateLimit:PerSecond", "0", "PerSecond")]
    [InlineData("Api:RateLimit:Burst", "-1", "Burst")]
    [InlineData("Api:Concurrency:Limit", "0", "Limit")]
    [InlineData("Api:Concurrency:Queue", "-1", "Queue")]
    [InlineData("Api:Cors:Origins", "https://map.example/path", "https://map.example/path")]
    [InlineData("Api:Cors:Origins", "map.example", "map.example")]
    [InlineData("Api:Cors:Origins", "https://map.example, *", "*")]
    [InlineData("Api:ForwardedHeaders:KnownNetworks", "10.0.0.0/8, 10.0.0.1/99", "10.0.0.1/99")]
    [InlineData("Api:ForwardedHeaders:KnownProxies", "proxy.example", "proxy.example")]
    public void A_setting_that_makes_no_sense_keeps_the_API_from_starting(string key, string value, string named)
    {
        var exception = Assert.ThrowsAny<Exception>(() =>
        {
            using var client = api.CreateClient(api.Database.ConnectionString, (key, value));
        });

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text.RegularExpressions;

namespace Cities.Api.Tests.Http;

public sealed partial class MethodTests(ApiFixture api)
{
    [Theory]
    [InlineData("/api/v1/cities/2643743", "identity")]
    [InlineData("/api/v1/cities?limit=1000", "gzip")]
    [InlineData("/api/v1/cities/1", "identity")]
    [InlineData("/api/v1/cities?limit=0", "identity")]
    [InlineData("/openapi/v1.json", "br")]
    [InlineData("/scalar/", "identity")]
    [InlineData("/alive", "identity")]
    public async Task HEAD_answers_the_headers_of_GET_and_no_body(string path, string encoding)
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString, ("Api:Cache:Output", "false"));
        using var client = factory.CreateKestrelClient();

        using var get = await client.AskAsync(path, ("Accept-Encoding", encoding));
        using var head = await client.SendAsync(HttpMethod.Head, path, ("Accept-Encoding", encoding));

        Assert.NotEmpty(await get.BytesAsync());
        Assert.Empty(await head.BytesAsync());
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));

        // How the body is framed is said where there is one (RFC 9110, 9.3.2), time goes on, and each answer has a nonce.
        static IEnumerable<string> Headers(HttpResponseMessage response) =>
            from header in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            where header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length")
            orderby header.Key
            select Nonce().Replace($"{header.Key}: {header.Value}", "nonce");
    }

    [GeneratedRegex("'nonce-[^']+'")]
    private static partial Regex Nonce();

    [Fact]
    public async Task HEAD_has_the_ETag_and_the_length_of_GET_from_memory()
    {
        const string path = "/api/v1/cities?limit=7";
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        using var client = factory.CreateKestrelClient();

        using var first = await client.SendAsync(HttpMethod.Head, path);
        using var get = await client.AskAsync(path);
        using var head = await client.SendAsync(HttpMethod.Head, path);

        Assert.Equal(get.Headers.ETag, first.Headers.ETag);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal((await get.BytesAsync()).Length, head.Content.Headers.ContentLength);
        // The page was kept while it was made for HEAD.
        Assert.Equal(7, System.Text.Json.Nodes.JsonNode.Parse(await get.BytesAsync())!["results"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("/api/v1/cities/")]
    [InlineData("/api/v1/cities/2643743")]
    [InlineData("/openapi/v1.json")]
    public async Task OPTIONS_lists_the_methods(string path)
    {
        using var response = await api.Client.SendAsync(HttpMethod.Options, path);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow.Order());
        Assert.Empty(await response.BytesAsync());
    }

    [Fact]
    public async Task OPTIONS_of_what_is_not_there_is_not_found()
    {
        using var response = await api.Client.SendAsync(HttpMethod.Options, "/api/v1/nonsense");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task A_method_that_is_not_allowed_is_told_which_are(string method)
    {
        using var response = await api.Client.SendAsync(new HttpMethod(method), "/api/v1/cities/2643743");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS"], response.Content.Headers.Allow.Order());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
    }
}

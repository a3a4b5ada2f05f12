using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cities.Api.Tests.Http;

public sealed class CompressionTests(ApiFixture api)
{
    [Theory]
    [InlineData("/api/v1/cities?limit=1000")]
    [InlineData("/api/v1/cities?limit=many")]
    [InlineData("/openapi/v1.json")]
    public async Task What_is_compressed_is_the_same_when_it_is_not(string path)
    {
        using var plain = await api.Client.AskAsync(path);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        var expected = WithoutTrace(await plain.BytesAsync());

        foreach (var encoding in new[] { "br", "gzip" })
        {
            using var response = await api.Client.AskAsync(path, ("Accept-Encoding", encoding));
            var bytes = await response.BytesAsync();

            if (response.IsSuccessStatusCode)
                Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
            if (response.Content.Headers.ContentEncoding.Count > 0)
            {
                Assert.Contains("Accept-Encoding", response.Headers.Vary);
                bytes = Decompress(bytes, encoding);
            }

            Assert.Equal(expected, WithoutTrace(bytes));
        }
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/geo+json", true)]
    [InlineData("application/problem+json", true)]
    [InlineData("application/x-ndjson", true)]
    [InlineData("application/geo+json-seq", true)]
    [InlineData("text/csv; charset=utf-8; header=present", true)]
    [InlineData("application/vnd.mapbox-vector-tile", true)]
    [InlineData("image/png", false)]
    public async Task What_gains_by_it_is_compressed(string contentType, bool isCompressed)
    {
        var body = new byte[5000];
        await using var endpoints = await EndpointApi.StartAsync(api.Database.ConnectionString, app =>
            app.MapGet("/body", () => TypedResults.Bytes(body, contentType)).WithHttpCaching());

        // Once as it is made, once from memory.
        for (var i = 0; i < 2; i++)
        {
            using var response = await endpoints.Client.AskAsync("https://localhost/body", ("Accept-Encoding", "gzip, br"));

            Assert.Equal(isCompressed ? ["br"] : [], response.Content.Headers.ContentEncoding);
            var bytes = await response.BytesAsync();
            Assert.Equal(body, isCompressed ? Decompress(bytes, "br") : bytes);
        }
    }

    private static byte[] Decompress(byte[] bytes, string encoding)
    {
        using var source = new MemoryStream(bytes);
        using Stream stream = encoding == "br"
            ? new BrotliStream(source, CompressionMode.Decompress)
            : new GZipStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        stream.CopyTo(target);
        return target.ToArray();
    }

    /// <summary>A problem holds the id of its trace, which no two requests share.</summary>
    private static string WithoutTrace(byte[] bytes)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(bytes)!;
        node.AsObject().Remove("traceId");
        return node.ToJsonString();
    }
}

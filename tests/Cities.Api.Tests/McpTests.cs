using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>The server of the Model Context Protocol.</summary>
public sealed class McpTests(ApiFixture api)
{
    [Fact]
    public async Task The_tools_have_the_parameters_of_their_endpoints()
    {
        using var client = CreateClient();
        var initialized = await CallAsync(client, "initialize", """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}""");
        Assert.Equal("cities", (string?)initialized["serverInfo"]!["name"]);

        var tools = (await CallAsync(client, "tools/list", "{}"))["tools"]!.AsArray();

        Assert.Equal(["search", "place", "nearest", "reverse", "distance", "timezone"], tools.Select(tool => (string)tool!["name"]!));
        Assert.All(tools, tool =>
        {
            Assert.NotEmpty((string?)tool!["description"] ?? "");
            Assert.All(tool["inputSchema"]!["properties"]!.AsObject(), parameter => Assert.NotEmpty((string?)parameter.Value!["description"] ?? ""));
            Assert.Null(tool["inputSchema"]!["properties"]!["f"]);
            // A search needs one of three texts, which the schema does not say.
            Assert.Equal((string?)tool["name"] == "search", tool["inputSchema"]!["required"]!.AsArray().Count == 0);
        });
        var reverse = tools[3]!["inputSchema"]!;
        Assert.Equal("number", (string?)reverse["properties"]!["lat"]!["type"]);
        Assert.Equal(["lat", "lon"], reverse["required"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(["id"], tools[1]!["inputSchema"]!["required"]!.AsArray().Select(name => (string)name!));
    }

    [Theory]
    [InlineData("search", """{"q":"Lond","limit":2}""", "/api/v1/search?q=Lond&limit=2")]
    [InlineData("place", """{"id":2643743,"type":"city"}""", "/api/v1/places/2643743?type=city")]
    [InlineData("nearest", """{"lat":51.5,"lon":-0.1,"k":2}""", "/api/v1/cities/nearest?lat=51.5&lon=-0.1&k=2")]
    [InlineData("reverse", """{"lat":51.5,"lon":-0.1,"lang":null}""", "/api/v1/reverse?lat=51.5&lon=-0.1")]
    [InlineData("distance", """{"from":"2643743","to":"2.3488,48.85341"}""", "/api/v1/distance?from=2643743&to=2.3488,48.85341")]
    public async Task A_tool_answers_as_its_endpoint_does(string tool, string arguments, string path)
    {
        using var client = CreateClient();

        var result = await CallAsync(client, "tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""");

        Assert.NotEqual(true, (bool?)result["isError"]);
        var expected = await client.GetJsonAsync(path);
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse((string)result["content"]![0]!["text"]!)!.ToJsonString());
    }

    [Fact]
    public async Task The_time_zone_is_a_tool()
    {
        using var client = CreateClient();

        var result = await CallAsync(client, "tools/call", """{"name":"timezone","arguments":{"lat":51.5,"lon":-0.1}}""");

        Assert.Equal("Europe/London", (string?)JsonNode.Parse((string)result["content"]![0]!["text"]!)!["timezone"]);
    }

    [Theory]
    [InlineData("reverse", """{"lat":91,"lon":0}""", "lat")]
    [InlineData("reverse", """{"lat":1}""", "lon")]
    [InlineData("reverse", """{"lat":[1],"lon":1}""", "lat: ")]
    [InlineData("reverse", """{"lat":1,"lon":1,"f":"csv"}""", "f: ")]
    [InlineData("place", """{"id":1}""", "Not Found")]
    [InlineData("place", """{"id":"x"}""", "id: ")]
    [InlineData("place", "{}", "id: ")]
    [InlineData("search", "{}", "q")]
    [InlineData("delete", "{}", "'delete'")]
    public async Task A_call_that_fails_says_why(string tool, string arguments, string reason)
    {
        using var client = CreateClient();

        var result = await CallAsync(client, "tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""");

        Assert.True((bool?)result["isError"]);
        Assert.Contains(reason, (string)result["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_server_unless_it_is_enabled()
    {
        using var response = await api.Client.SendAsync(Request("tools/list", "{}"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Its_requests_are_limited_and_need_a_key_as_all_others_do()
    {
        using (var limited = CreateClient(("Api:RateLimit:Enabled", "true"), ("Api:RateLimit:PerSecond", "1"), ("Api:RateLimit:Burst", "1")))
        {
            await HttpTesting.EventuallyAsync(async () =>
            {
                using var response = await limited.SendAsync(Request("tools/list", "{}"), TestContext.Current.CancellationToken);
                return response.StatusCode == HttpStatusCode.TooManyRequests;
            });
        }

        using var closed = CreateClient(("Api:Authentication:AllowAnonymous", "false"));
        using var refused = await closed.SendAsync(Request("tools/list", "{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private HttpClient CreateClient(params (string, string)[] settings) =>
        api.CreateClient(api.Database.ConnectionString, [("Api:Mcp:Enabled", "true"), .. settings]);

    private static HttpRequestMessage Request(string method, string parameters)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/mcp", UriKind.Relative))
        {
            Content = new StringContent(
                $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        return request;
    }

    /// <summary>Sends a request, whose answer is one event of a stream.</summary>
    private static async Task<JsonNode> CallAsync(HttpClient client, string method, string parameters)
    {
        using var request = Request(method, parameters);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        var data = text.Split('\n').Single(line => line.StartsWith("data: ", StringComparison.Ordinal));
        return JsonNode.Parse(data["data: ".Length..])!["result"] ?? throw new InvalidOperationException(text);
    }
}

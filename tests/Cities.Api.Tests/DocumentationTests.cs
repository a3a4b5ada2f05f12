using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cities.Api.Tests;

public sealed partial class DocumentationTests(ApiFixture api)
{
    [Fact]
    public async Task Every_operation_is_described_with_its_parameters_examples_and_errors()
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");

        var operations = Operations(document).ToList();
        Assert.Equal(11, operations.Count);
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty((string?)operation.Node["operationId"] ?? "");
            Assert.NotEmpty((string?)operation.Node["summary"] ?? "");
            Assert.NotEmpty((string?)operation.Node["description"] ?? "");
            Assert.NotEmpty(operation.Node["tags"]!.AsArray());
            var responses = operation.Node["responses"]!.AsObject();
            Assert.NotNull(responses["200"]!["content"]!["application/json"]!["schema"]);
            Assert.NotNull(responses["200"]!["content"]!["application/json"]!["example"]);
            Assert.NotNull(responses["400"]!["content"]!["application/problem+json"]);
            Assert.NotNull(responses["503"]!["content"]!["application/problem+json"]);
            Assert.Equal(operation.Path.Contains('{', StringComparison.Ordinal), responses.ContainsKey("404"));
            foreach (var parameter in operation.Node["parameters"]?.AsArray() ?? [])
            {
                Assert.NotEmpty((string?)parameter!["description"] ?? "");
                Assert.True(
                    parameter["example"] is not null || parameter["schema"]!["default"] is not null,
                    $"{operation.Path}: {parameter["name"]} has neither an example nor a default");
            }
        });
        Assert.Equal(operations.Count, operations.Select(operation => (string?)operation.Node["operationId"]).Distinct().Count());
    }

    [Fact]
    public async Task Ranges_and_defaults_are_those_that_are_enforced()
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");

        var parameters = document["paths"]!["/api/v1/cities"]!["get"]!["parameters"]!.AsArray();
        var limit = parameters.Single(parameter => (string?)parameter!["name"] == "limit")!["schema"]!;
        Assert.Equal("integer", (string?)limit["type"]);
        Assert.Equal((1, 1000, 100), ((int)limit["minimum"]!, (int)limit["maximum"]!, (int)limit["default"]!));
    }

    [Fact]
    public async Task Every_operation_can_be_called_with_its_examples()
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");
        // Ids of divisions and districts in the bundled sample are not GeoNames' own, where the documentation's are.
        var district = await api.Database.ScalarAsync<int>("SELECT min(id) FROM districts WHERE city_id = 2643743");
        var subregion = await api.Database.ScalarAsync<int>("SELECT min(id) FROM subregions");

        foreach (var (path, operation) in Operations(document))
        {
            var address = path
                .Replace("{districtId}", $"{district}", StringComparison.Ordinal)
                .Replace("subregions/{id}", $"subregions/{subregion}", StringComparison.Ordinal);
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                address = address.Replace($"{{{parameter!["name"]}}}", parameter["example"]?.ToString(), StringComparison.Ordinal);

            var answer = (await api.Client.GetJsonAsync(address)).AsObject();
            var example = operation["responses"]!["200"]!["content"]!["application/json"]!["example"]!.AsObject();
            Assert.Equal(example.Select(property => property.Key), answer.Select(property => property.Key));
        }
    }

    [Theory]
    [InlineData("/scalar/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/redoc/index.html")]
    public async Task The_pages_and_what_they_load_come_from_here(string path)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("default-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var loaded = Loaded().Matches(page).Select(match => match.Groups["address"].Value).ToList();
        Assert.NotEmpty(loaded);
        foreach (var address in loaded.Where(address => !address.StartsWith("data:", StringComparison.Ordinal)))
        {
            var absolute = new Uri(new Uri(api.Client.BaseAddress!, path), address);
            Assert.Equal(api.Client.BaseAddress!.Host, absolute.Host);
            using var asset = await api.Client.GetAsync(absolute, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, asset.StatusCode);
        }
    }

    [Theory]
    [InlineData("/", "/scalar")]
    [InlineData("/swagger/", "index.html")]
    [InlineData("/redoc/", "index.html")]
    public async Task Short_addresses_lead_to_the_pages(string path, string target)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True((int)response.StatusCode is 301 or 302, $"{response.StatusCode}");
        Assert.EndsWith(target, response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, JsonNode Node)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject().Select(operation => (path.Key, operation.Value!)));

    [GeneratedRegex("""<(?:script|link|img)[^>]+(?:src|href)=["'](?<address>[^"']+)["']""")]
    private static partial Regex Loaded();
}

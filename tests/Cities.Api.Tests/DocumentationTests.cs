using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cities.Testing;
using Json.Schema;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.Api.Tests;

public sealed partial class DocumentationTests(ApiFixture api)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    [Fact]
    public async Task Every_operation_is_described_with_its_parameters_examples_and_errors()
    {
        var document = await api.Client.GetJsonAsync("/openapi/v1.json");

        var operations = Operations(document).ToList();
        Assert.Equal(57, operations.Count);
        Assert.All(operations, operation =>
        {
            Assert.NotEmpty((string?)operation.Node["operationId"] ?? "");
            Assert.NotEmpty((string?)operation.Node["summary"] ?? "");
            Assert.NotEmpty((string?)operation.Node["description"] ?? "");
            Assert.NotEmpty(operation.Node["tags"]!.AsArray());
            var responses = operation.Node["responses"]!.AsObject();
            if ((responses["200"] ?? responses["201"] ?? responses["202"]) is { } success)
            {
                Assert.NotNull(success["content"]!["application/json"]!["schema"]);
                Assert.NotNull(success["content"]!["application/json"]!["example"]);
            }
            else
            {
                Assert.NotNull(responses["204"]);
            }

            Assert.NotNull(responses["400"]!["content"]!["application/problem+json"]);
            Assert.NotNull(responses["503"]!["content"]!["application/problem+json"]);
            if (operation.Path.Contains('{', StringComparison.Ordinal))
                Assert.NotNull(responses["404"]!["content"]!["application/problem+json"]);
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

    /// <summary>A change of the contract shows in review. To accept it, run the test with CITIES_ACCEPT_OPENAPI=1.</summary>
    [Fact]
    public async Task The_document_is_the_one_that_is_checked_in()
    {
        var path = Path.Combine(Repository.Root, "docs/openapi.json");
        var document = (await api.Client.GetJsonAsync("/openapi/v1.json")).ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("CITIES_ACCEPT_OPENAPI") is not null)
            await File.WriteAllTextAsync(path, document, TestContext.Current.CancellationToken);

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), document);
    }

    /// <summary>The generator sorts by the culture, and the image has none.</summary>
    [Fact]
    public async Task The_names_of_schemas_are_sorted_alike_in_every_culture()
    {
        var names = (await api.Client.GetJsonAsync("/openapi/v1.json"))["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ToList();

        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), names.Order(StringComparer.Ordinal));
    }

    /// <summary>The compiled API has no reflection. Without a serializer of the type the document cannot be made.</summary>
    [Fact]
    public async Task Every_type_of_a_parameter_has_a_serializer()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);

        var types = factory.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>())
            .Select(parameter => parameter.ParameterInfo.ParameterType)
            .Where(type => type.IsValueType && type != typeof(CancellationToken))
            .Distinct()
            .ToList();
        Assert.Contains(typeof(bool?), types);
        Assert.Equal([], types.Where(type => ApiJsonContext.Default.GetTypeInfo(type) is null));
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/openapi/ogc.json")]
    public async Task Every_tag_is_described_and_every_schema_is_used(string path)
    {
        var document = await api.Client.GetJsonAsync(path);

        Assert.All(document["tags"]!.AsArray(), tag => Assert.NotEmpty((string?)tag!["description"] ?? ""));
        var text = document.ToJsonString();
        Assert.All(
            document["components"]!["schemas"]!.AsObject(),
            schema => Assert.Contains($"\"#/components/schemas/{schema.Key}\"", text, StringComparison.Ordinal));
    }

    /// <summary>Kiota's extension: without it the exceptions of its clients have no message.</summary>
    [Theory]
    [InlineData("/openapi/v1.json", "ProblemDetails")]
    [InlineData("/openapi/v1.json", "HttpValidationProblemDetails")]
    [InlineData("/openapi/ogc.json", "ProblemDetails")]
    public async Task The_detail_of_a_problem_is_the_message_of_exceptions(string path, string schema)
    {
        var document = await api.Client.GetJsonAsync(path);

        var detail = document["components"]!["schemas"]![schema]!["properties"]!["detail"]!;
        Assert.True((bool?)detail["x-ms-primary-error-message"]);
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
    public async Task Every_operation_answers_its_examples_as_its_schema_says()
    {
        using var client = api.CreateSignedInClient();
        var document = await client.GetJsonAsync("/openapi/v1.json");
        // Ids of districts in the bundled sample are not GeoNames' own, where the documentation's are.
        var district = await api.Database.ScalarAsync<int>("SELECT min(id) FROM districts WHERE city_id = 2643743");

        using (var asked = await client.PostAsync(
            new Uri("/api/v1/admin/imports", UriKind.Relative), JsonContent.Create(new { operation = "update" }), TestContext.Current.CancellationToken))
        {
            Assert.Equal("/api/v1/admin/imports/1", asked.Headers.Location?.OriginalString);
        }

        // Those that change something are HttpFileTests'.
        foreach (var (path, method, operation) in Operations(document)
            .Where(each => each.Method == HttpMethod.Get || !each.Path.StartsWith("/api/v1/admin", StringComparison.Ordinal)))
        {
            var parameters = operation["parameters"]?.AsArray().Select(parameter => parameter!).ToList() ?? [];
            var address = path
                .Replace("{districtId}", $"{district}", StringComparison.Ordinal)
                .Replace("v1/districts/{id}", $"v1/districts/{district}", StringComparison.Ordinal);
            foreach (var parameter in parameters.Where(parameter => (string?)parameter["in"] == "path"))
                address = address.Replace($"{{{parameter["name"]}}}", Uri.EscapeDataString(Example(parameter)), StringComparison.Ordinal);

            // With what is required alone, and with each of the other parameters; some need a point to go with them, and a
            // search needs one of its texts.
            var queries = parameters.Where(parameter => (string?)parameter["in"] == "query").ToList();
            var required = queries.Where(parameter => (bool?)parameter["required"] == true).ToList();
            var (near, q) = (Named("near"), Named("q"));
            foreach (var chosen in queries.Except(required).Select(parameter => new[] { parameter }).Prepend([]))
            {
                var name = (string?)chosen.FirstOrDefault()?["name"];
                var needed = new[] { name is "radius" or "nearWeight" ? near : null, name is "q" or "city" or "postalCode" ? null : q };
                var query = string.Join('&', required.Concat(chosen).Concat(needed.OfType<JsonNode>()).Distinct()
                    .Select(parameter => $"{parameter["name"]}={Uri.EscapeDataString(Example(parameter))}"));
                await AssertAnswerAsync(client, document, operation, method, $"{address}?{query}");
            }

            JsonNode? Named(string name) => queries.Find(parameter => (string?)parameter["name"] == name);
        }
    }

    private static async Task AssertAnswerAsync(HttpClient client, JsonNode document, JsonNode operation, HttpMethod method, string address)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        if (operation["requestBody"]?["content"]?.AsObject().First() is { } body)
            request.Content = new StringContent(body.Value!["example"]!.ToJsonString(), System.Text.Encoding.UTF8, body.Key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {address}: {text}");

        var content = operation["responses"]!["200"]!["content"]![response.Content.Headers.ContentType!.MediaType!];
        Assert.True(content is not null, $"{method} {address}: {response.Content.Headers.ContentType} is not described");
        if (response.Content.Headers.ContentType.MediaType is "text/csv" or "application/x-ndjson")
            return;
        var schema = content["schema"]!.DeepClone().AsObject();
        schema["components"] = document["components"]!.DeepClone();
        var result = JsonSchema.FromText(schema.ToJsonString()).Evaluate(
            JsonNode.Parse(text), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(
            result.IsValid,
            $"{method} {address}: {string.Join("; ", result.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}")))}");
    }

    private static string Example(JsonNode parameter) =>
        (parameter["example"] ?? parameter["schema"]!["default"])!.ToString();

    [Theory]
    [InlineData("/scalar/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/redoc/index.html")]
    public async Task The_pages_and_what_they_load_come_from_here(string path)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy.Split(';').Single(directive => directive.Contains("script-src", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.Contains("camera=()", response.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);

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

    /// <summary>The addresses of Django REST framework with drf-yasg.</summary>
    [Theory]
    [InlineData("/swagger.json", "/openapi/v1.json", "application/json", "{")]
    [InlineData("/swagger.yaml", "/openapi/v1.yaml", "text/plain+yaml", "openapi: ")]
    public async Task The_addresses_of_Django_lead_to_the_document(string path, string target, string mediaType, string start)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        Assert.Equal(target, response.Headers.Location!.OriginalString);
        using var document = await api.Client.GetAsync(new Uri(target, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        Assert.Equal(mediaType, document.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith(
            start, await document.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/swagger/", "index.html")]
    [InlineData("/redoc/", "index.html")]
    public async Task Short_addresses_lead_to_the_pages(string path, string target)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True((int)response.StatusCode is 301 or 302, $"{response.StatusCode}");
        Assert.EndsWith(target, response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The operations below /api/v1; OgcTests and TilesTests look at the others.</summary>
    private static IEnumerable<(string Path, HttpMethod Method, JsonNode Node)> Operations(JsonNode document) =>
        document["paths"]!.AsObject().Where(path => path.Key.StartsWith("/api/v1", StringComparison.Ordinal)).SelectMany(path =>
            path.Value!.AsObject().Select(operation => (path.Key, HttpMethod.Parse(operation.Key), operation.Value!)));

    [GeneratedRegex("""<(?:script|link|img)[^>]+(?:src|href)=["'](?<address>[^"']+)["']""")]
    private static partial Regex Loaded();
}

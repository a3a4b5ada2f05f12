using System.Text.Json.Nodes;
using Aspire.Hosting.Testing;

namespace Cities.AppHost.Tests;

/// <summary>The manifest that azd reads.</summary>
public sealed class ManifestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_holds_the_database_the_importer_and_the_api_and_nothing_for_development()
    {
        var resources = await PublishAsync();

        Assert.Equal(
            [
                "api", "citiesdb", "import-countries", "import-every", "import-places", "import-source", "importer",
                "postgres", "postgres-password", "postgres-password-uri-encoded",
            ],
            resources.Select(resource => resource.Key).Order(StringComparer.Ordinal));
        Assert.Equal("docker.io/postgis/postgis:17-3.5", (string?)resources["postgres"]!["image"]);
        Assert.Equal("cities-postgres", (string?)resources["postgres"]!["volumes"]![0]!["name"]);
        Assert.Equal("{citiesdb.connectionString}", Environment(resources, "importer", "ConnectionStrings__citiesdb"));
        Assert.Equal("{citiesdb.connectionString}", Environment(resources, "api", "ConnectionStrings__citiesdb"));
    }

    [Fact]
    public async Task The_password_is_a_generated_secret()
    {
        var input = (await PublishAsync())["postgres-password"]!["inputs"]!["value"]!;

        Assert.True((bool)input["secret"]!);
        Assert.NotNull(input["default"]!["generate"]);
    }

    [Fact]
    public async Task Only_the_api_is_reached_from_outside()
    {
        var resources = await PublishAsync();

        var external = resources
            .Where(resource => resource.Value!["bindings"] is JsonObject bindings
                && bindings.Any(binding => binding.Value!["external"] is { } isExternal && (bool)isExternal))
            .Select(resource => resource.Key);
        Assert.Equal(["api"], external);
    }

    [Fact]
    public async Task A_deployment_imports_what_it_is_told_and_never_the_sample()
    {
        var resources = await PublishAsync();

        Assert.Equal("GB", (string?)resources["import-countries"]!["inputs"]!["value"]!["default"]!["value"]);
        Assert.Equal("{import-countries.value}", Environment(resources, "importer", "Import__Countries"));
        Assert.Equal("false", Environment(resources, "importer", "Import__SampleFallback"));
    }

    [Fact]
    public async Task The_importer_stays_where_what_ends_is_started_again()
    {
        var resources = await PublishAsync();

        Assert.Equal("1.00:00:00", (string?)resources["import-every"]!["inputs"]!["value"]!["default"]!["value"]);
        Assert.Equal("{import-every.value}", Environment(resources, "importer", "Import__Every"));
    }

    private static string? Environment(JsonObject resources, string resource, string variable) =>
        (string?)resources[resource]!["env"]![variable];

    private static async Task<JsonObject> PublishAsync()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("cities-manifest-").FullName, "manifest.json");
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--publisher", "manifest", "--output-path", path], Cancellation);
        await using var application = await builder.BuildAsync(Cancellation);
        await application.RunAsync(Cancellation);

        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, Cancellation))!;
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return manifest["resources"]!.AsObject();
    }
}

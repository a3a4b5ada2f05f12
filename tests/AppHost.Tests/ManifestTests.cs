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
                "api", "apidb", "apidb-password", "citiesdb", "import-countries", "import-every", "import-places", "import-source", "importer",
                "postgres", "postgres-password", "postgres-password-uri-encoded",
            ],
            resources.Select(resource => resource.Key).Order(StringComparer.Ordinal));
        Assert.Equal("docker.io/postgis/postgis:17-3.5", (string?)resources["postgres"]!["image"]);
        Assert.Equal("cities-postgres", (string?)resources["postgres"]!["volumes"]![0]!["name"]);
        Assert.Equal("{citiesdb.connectionString}", Environment(resources, "importer", "ConnectionStrings__citiesdb"));
        Assert.Equal("{apidb.connectionString}", Environment(resources, "importer", "ConnectionStrings__apidb"));
        Assert.Equal("{apidb.connectionString}", Environment(resources, "api", "ConnectionStrings__citiesdb"));
    }

    [Theory]
    [InlineData("postgres-password")]
    [InlineData("apidb-password")]
    public async Task The_passwords_are_generated_secrets(string name)
    {
        var input = (await PublishAsync())[name]!["inputs"]!["value"]!;

        Assert.True((bool)input["secret"]!);
        Assert.NotNull(input["default"]!["generate"]);
    }

    [Fact]
    public async Task The_api_is_not_told_the_password_of_the_owner()
    {
        var variables = (await PublishAsync())["api"]!["env"]!.ToJsonString();

        Assert.DoesNotContain("postgres-password", variables, StringComparison.Ordinal);
        Assert.DoesNotContain("citiesdb.connectionString", variables, StringComparison.Ordinal);
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

    [Fact]
    public async Task The_services_are_built_from_their_Dockerfiles_with_the_repository_as_context()
    {
        var resources = await PublishAsync();

        foreach (var (resource, project) in new[] { ("api", "Cities.Api"), ("importer", "Cities.Importer") })
        {
            Assert.Equal("container.v1", (string?)resources[resource]!["type"]);
            var build = resources[resource]!["build"]!;
            // Paths are relative to the manifest: the folders lie one above the other in the repository.
            var (context, dockerfile) = ((string?)build["context"], (string?)build["dockerfile"]);
            Assert.EndsWith($"{project}/Dockerfile", dockerfile, StringComparison.Ordinal);
            Assert.Equal(dockerfile![..^$"/{project}/Dockerfile".Length], context);
        }
    }

    [Fact]
    public async Task A_database_that_exists_is_two_secrets_that_azd_asks_for()
    {
        var resources = await PublishAsync("--ConnectionStrings:citiesdb=managed");

        Assert.DoesNotContain("postgres", resources.Select(resource => resource.Key));
        Assert.True((bool)resources["citiesdb"]!["inputs"]!["value"]!["secret"]!);
        Assert.True((bool)resources["apidb"]!["inputs"]!["value"]!["secret"]!);
        Assert.DoesNotContain("apidb-password", resources.Select(resource => resource.Key));
        Assert.Equal("{citiesdb.connectionString}", Environment(resources, "importer", "ConnectionStrings__citiesdb"));
        Assert.Equal("{apidb.connectionString}", Environment(resources, "importer", "ConnectionStrings__apidb"));
        Assert.Equal("{apidb.connectionString}", Environment(resources, "api", "ConnectionStrings__citiesdb"));
        Assert.DoesNotContain("managed", resources.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_the_one_that_is_checked_in()
    {
        var folder = Projects.AppHost.ProjectPath;
        var path = Path.Combine(folder, "../tests/AppHost.Tests/manifest.json");
        var published = await PublishTextAsync(Path.Combine(folder, "..", $"manifest-{Guid.NewGuid():N}.json"));

        Assert.True(
            await File.ReadAllTextAsync(path, Cancellation) == published,
            "The manifest has changed. If that was meant: dotnet run --project AppHost -- --publisher manifest --output-path ../manifest.json, "
            + "and put it into tests/AppHost.Tests.");
    }

    private static string? Environment(JsonObject resources, string resource, string variable) =>
        (string?)resources[resource]!["env"]![variable];

    private static async Task<JsonObject> PublishAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("cities-manifest-").FullName;
        var manifest = JsonNode.Parse(await PublishTextAsync(Path.Combine(folder, "manifest.json"), arguments))!;
        Directory.Delete(folder);
        return manifest["resources"]!.AsObject();
    }

    private static async Task<string> PublishTextAsync(string path, params string[] arguments)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--publisher", "manifest", "--output-path", path, .. arguments], Cancellation);
        await using var application = await builder.BuildAsync(Cancellation);
        await application.RunAsync(Cancellation);

        var text = await File.ReadAllTextAsync(path, Cancellation);
        File.Delete(path);
        return text;
    }
}

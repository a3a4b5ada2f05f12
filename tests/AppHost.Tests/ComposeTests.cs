using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;
using YamlMap = System.Collections.Generic.Dictionary<object, object>;

namespace Cities.AppHost.Tests;

/// <summary>
/// <c>compose.yaml</c>, which is kept by hand, beside the manifest that the AppHost publishes: one application, described twice.
/// Cities.Containers.Tests bring it up.
/// </summary>
public sealed partial class ComposeTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Projects.AppHost.ProjectPath, ".."));

    /// <summary>What the manifest sets and the file does not, and why.</summary>
    private static readonly string[] ManifestOnly =
    [
        // The entrypoint generates it.
        "postgres POSTGRES_PASSWORD",
        // azd's container apps are started again when they end; Compose lets a job end.
        "importer Import__Every",
        // Aspire's telemetry: the file has no collector.
        "importer OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY",
        "api OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY",
    ];

    private readonly YamlMap _compose = new DeserializerBuilder().Build().Deserialize<YamlMap>(
        File.ReadAllText(Path.Combine(Root, "compose.yaml")));

    private readonly JsonObject _manifest = JsonNode.Parse(
        File.ReadAllText(Path.Combine(Root, "tests/AppHost.Tests/manifest.json")))!["resources"]!.AsObject();

    [Fact]
    public void It_has_the_services_of_the_manifest()
    {
        Assert.Equal(Containers().Select(each => each.Key).Order(), Services().Keys.Order());
        Assert.Equal(_manifest["postgres"]!["image"]!.ToString(), Services()["postgres"]["image"]);
    }

    [Fact]
    public void They_have_the_variables_of_the_manifest_but_for_those_that_are_listed()
    {
        var expected = Containers()
            .SelectMany(each => each.Value!["env"]!.AsObject().Select(variable => $"{each.Key} {variable.Key}"))
            // The connection's parts, for services that are not .NET's: ours read the connection string.
            .Where(name => !name.Contains(" CITIESDB_", StringComparison.Ordinal) && !ManifestOnly.Contains(name));
        var actual = Services().SelectMany(each => Map(each.Value, "environment").Keys.Select(variable => $"{each.Key} {variable}"));

        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Values_are_those_of_the_manifest_and_parameters_have_its_defaults()
    {
        foreach (var (service, definition) in Services())
        {
            foreach (var (variable, value) in Map(definition, "environment"))
            {
                var expected = _manifest[service]!["env"]![(string)variable]!.ToString();
                if (Parameter().Match(expected) is { Success: true } parameter)
                {
                    var name = parameter.Groups["name"].Value;
                    var defaultValue = _manifest[name]!["inputs"]!["value"]!["default"]!["value"]!.ToString();
                    expected = $"${{{name.ToUpperInvariant().Replace('-', '_')}:-{defaultValue}}}";
                }

                Assert.Equal((variable, Allowed(service, (string)variable) ?? expected), (variable, value));
            }
        }

        static string? Allowed(string service, string variable) => variable switch
        {
            // In Azure a proxy is always in front of the API.
            "ASPNETCORE_FORWARDEDHEADERS_ENABLED" => "${API_FORWARDED_HEADERS:-false}",
            "HTTP_PORTS" => "8080",
            // The password is in a file.
            "ConnectionStrings__citiesdb" when service == "importer" =>
                "Host=postgres;Port=5432;Username=postgres;Passfile=/run/cities/pgpass;Database=citiesdb",
            "ConnectionStrings__citiesdb" or "ConnectionStrings__apidb" =>
                "Host=postgres;Port=5432;Username=citiesdb_api;Passfile=/run/cities-api/pgpass;Database=citiesdb",
            _ => null,
        };
    }

    [Fact]
    public void Images_are_built_from_the_same_Dockerfiles()
    {
        foreach (var (name, container) in Containers().Where(each => each.Value!["build"] is not null))
        {
            var build = Map(Services()[name], "build");
            Assert.Equal(
                (container!["build"]!["context"]!.ToString(), container["build"]!["dockerfile"]!.ToString()),
                (build["context"], build["dockerfile"]));
        }
    }

    [Fact]
    public void The_volumes_of_the_manifest_are_mounted_in_the_same_places()
    {
        foreach (var (name, container) in Containers())
        {
            var mounts = ((List<object>)Services()[name]["volumes"]).Cast<string>().ToList();
            foreach (var volume in container!["volumes"]?.AsArray() ?? [])
                Assert.Contains($"{volume!["name"]}:{volume["target"]}", mounts);
            Assert.All(mounts, mount => Assert.Contains(mount.Split(':')[0], Map(_compose, "volumes").Keys));
        }
    }

    [Fact]
    public void The_api_cannot_see_the_password_of_the_owner()
    {
        Assert.DoesNotContain("/run/cities/pgpass", Map(Services()["api"], "environment").Values.Cast<string>().Aggregate(string.Concat), StringComparison.Ordinal);
        Assert.Equal(["cities-api-secrets:/run/cities-api:ro"], ((List<object>)Services()["api"]["volumes"]).Cast<string>());
    }

    [Fact]
    public void Only_the_api_is_reached_from_outside_and_nothing_has_to_be_set()
    {
        Assert.Equal(["api"], Services().Where(each => each.Value.ContainsKey("ports")).Select(each => each.Key));
        var text = File.ReadAllText(Path.Combine(Root, "compose.yaml"));
        Assert.All(Variable().Matches(text), match => Assert.Contains(":-", match.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void The_services_wait_for_a_database_that_is_ready_and_the_api_for_the_end_of_the_import()
    {
        Assert.Equal(["postgres service_healthy"], Conditions("importer"));
        Assert.Equal(["importer service_completed_successfully", "postgres service_healthy"], Conditions("api"));
        Assert.True(Services()["postgres"].ContainsKey("healthcheck"));

        IEnumerable<string> Conditions(string service) =>
            Map(Services()[service], "depends_on").Select(each => $"{each.Key} {((YamlMap)each.Value)["condition"]}").Order();
    }

    [Theory]
    [InlineData("importer")]
    [InlineData("api")]
    public void Our_containers_can_do_no_more_than_they_need(string service)
    {
        var definition = Services()[service];
        Assert.Equal("true", definition["read_only"]);
        Assert.Equal(["ALL"], (List<object>)definition["cap_drop"]);
        Assert.Equal(["no-new-privileges:true"], (List<object>)definition["security_opt"]);
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Containers() =>
        _manifest.Where(each => each.Value!["type"]!.ToString().StartsWith("container.", StringComparison.Ordinal));

    private Dictionary<string, YamlMap> Services() =>
        Map(_compose, "services").ToDictionary(each => (string)each.Key, each => (YamlMap)each.Value);

    private static YamlMap Map(YamlMap map, string key) => (YamlMap)map[key];

    [GeneratedRegex(@"^\{(?<name>[\w-]+)\.value\}$")]
    private static partial Regex Parameter();

    /// <summary>A variable that Compose replaces: <c>$$</c> is one for the shell in the container.</summary>
    [GeneratedRegex(@"(?<!\$)\$\{[^}]+\}")]
    private static partial Regex Variable();
}

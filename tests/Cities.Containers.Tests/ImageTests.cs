using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cities.Testing;

namespace Cities.Containers.Tests;

/// <summary>What the images are.</summary>
public sealed class ImageTests
{
    private const long Megabyte = 1_000_000;

    public static TheoryData<string> Names => ["api", "importer"];

    /// <summary>More would be worth a look, and a word in docs/containers.md.</summary>
    private const long Most = 50 * Megabyte;

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_layers_add_little_to_the_base(string name)
    {
        var (image, runtime) = (Images.Inspect(Image(name)), Images.Inspect(Images.Base));
        var added = image.GetProperty("Size").GetInt64() - runtime.GetProperty("Size").GetInt64();

        Assert.Equal(Images.Layers(Images.Base), Images.Layers(Image(name))[..Images.Layers(Images.Base).Length]);
        Assert.InRange(added, 1, Most);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_runs_without_root_and_starts_its_program_alone(string name)
    {
        var configuration = Images.Inspect(Image(name)).GetProperty("Config");

        Assert.Equal("1654", configuration.GetProperty("User").GetString());
        var program = configuration.GetProperty("Entrypoint").Deserialize<string[]>();
        Assert.Equal(name == "api" ? "/app/Cities.Api" : "/app/Cities.Importer", Assert.Single(program!));
        Assert.Equal(JsonValueKind.Null, configuration.GetProperty("Cmd").ValueKind);
    }

    [Fact]
    public void The_API_is_one_native_program_without_EF_Core()
    {
        var container = DockerCommand.Run("create", Image("api")).Trim();
        var folder = Directory.CreateTempSubdirectory("cities-image-");
        try
        {
            DockerCommand.Run("cp", $"{container}:/app", folder.FullName);

            var files = Directory.GetFiles(Path.Combine(folder.FullName, "app"), "*", SearchOption.AllDirectories);
            Assert.DoesNotContain(files, file => Path.GetExtension(file) is ".dll" or ".dbg" or ".pdb");
            var program = File.ReadAllBytes(files.Single(file => Path.GetFileName(file) == "Cities.Api")).AsSpan();
            Assert.True(program.IndexOf("WebApplicationBuilder"u8) >= 0, "The program has no names of types.");
            Assert.True(program.IndexOf("DbContextOptionsBuilder"u8) < 0, "The program contains EF Core.");
        }
        finally
        {
            folder.Delete(recursive: true);
            DockerCommand.Run("rm", container);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_says_what_it_is(string name)
    {
        var labels = Images.Inspect(Image(name)).GetProperty("Config").GetProperty("Labels").Deserialize<Dictionary<string, string>>()!;

        Assert.Equal("MIT", labels["org.opencontainers.image.licenses"]);
        Assert.Subset(
            labels.Keys.ToHashSet(),
            new HashSet<string>
            {
                "org.opencontainers.image.title", "org.opencontainers.image.description", "org.opencontainers.image.version",
                "org.opencontainers.image.revision",
            });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_same_sources_make_the_same_layers(string name)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("CITIES_BUILD_IMAGES_TWICE") == "1",
            "CITIES_BUILD_IMAGES_TWICE is not 1: images are not built a second time, which takes minutes.");
        var image = Image(name);
        var again = $"{image}-again";
        var project = name == "api" ? "Cities.Api" : "Cities.Importer";
        try
        {
            using var build = Process.Start(new ProcessStartInfo(
                "bash", ["-c", $". eng/common.sh; . eng/images.sh; image_build {project} {again} --no-cache"])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardError = true,
            })!;
            var errors = await build.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await build.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(build.ExitCode == 0, errors);

            Assert.Equal(Images.Layers(image), Images.Layers(again));
        }
        finally
        {
            DockerCommand.TryRun("image", "rm", again);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_has_the_licence_and_the_notices_of_everything_in_it(string name)
    {
        var container = DockerCommand.Run("create", Image(name)).Trim();
        var folder = Directory.CreateTempSubdirectory("cities-image-");
        try
        {
            foreach (var file in (string[])["LICENSE", "THIRD-PARTY-NOTICES.txt"])
                DockerCommand.Run("cp", $"{container}:/app/{file}", folder.FullName);
            Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "LICENSE")), File.ReadAllText(Path.Combine(folder.FullName, "LICENSE")));

            var notices = File.ReadAllText(Path.Combine(folder.FullName, "THIRD-PARTY-NOTICES.txt"));
            var project = Path.Combine(Repository.Root, name == "api" ? "Cities.Api" : "Cities.Importer");
            var architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
            var locked = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(project, $"packages.linux-{architecture}.lock.json")));
            var packages = locked.GetProperty("dependencies").EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.TryGetProperty("contentHash", out _))
                .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()} (")
                .Append("Microsoft.NETCore.App.Runtime.")
                .ToList();
            Assert.True(packages.Count > 10);
            var libraries = Path.Combine(project, "wwwroot/lib");
            if (Directory.Exists(libraries))
                packages.AddRange(Directory.GetDirectories(libraries).Select(library => Path.GetFileName(library)));
            Assert.All(packages, package => Assert.Contains($"\n{package}", notices, StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            folder.Delete(recursive: true);
            DockerCommand.Run("rm", container);
        }
    }

    private static string Image(string name) => name == "api" ? Images.Api : Images.Importer;
}

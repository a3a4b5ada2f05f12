using System.Text.Json.Nodes;
using Cities.Testing;

namespace Cities.Api.Tests;

public sealed class DependenciesTests
{
    /// <summary>The image's program is looked at by Cities.Containers.Tests.</summary>
    [Fact]
    public async Task The_API_has_no_EF_Core()
    {
        var assets = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "Cities.Api/obj/project.assets.json"), TestContext.Current.CancellationToken))!;
        var packages = assets["libraries"]!.AsObject().Select(library => library.Key).ToList();

        Assert.Contains(packages, package => package.StartsWith("Aspire.Npgsql/", StringComparison.Ordinal));
        Assert.DoesNotContain(packages, package => package.Contains("EntityFrameworkCore", StringComparison.OrdinalIgnoreCase));
    }
}

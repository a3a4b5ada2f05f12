using Aspire.Hosting.Testing;

namespace Cities.AppHost.Tests;

/// <summary>
/// The Docker Compose file that <c>aspire publish</c> writes. Cities.Containers.Tests bring up the one that is checked in.
/// </summary>
public sealed class ComposeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_the_one_that_is_checked_in()
    {
        var file = Path.Combine(Projects.AppHost.ProjectPath, "../docs/compose/docker-compose.yaml");
        var published = await PublishAsync();

        Assert.True(
            await File.ReadAllTextAsync(file, Cancellation) == published,
            $"The file has changed. If that was meant: aspire publish -o docs/compose.\n{published}");
    }

    [Fact]
    public async Task The_services_wait_for_a_database_that_is_ready_and_the_api_for_the_end_of_the_import()
    {
        var published = await PublishAsync();

        Assert.Contains("pg_isready", published, StringComparison.Ordinal);
        Assert.Equal(2, Count(published, "condition: \"service_healthy\""));
        Assert.Equal(1, Count(published, "condition: \"service_completed_successfully\""));
        Assert.DoesNotContain("service_started", published, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("cities-compose-").FullName;
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            ["--operation", "publish", "--step", "publish", "--output-path", folder], Cancellation);
        await using var application = await builder.BuildAsync(Cancellation);
        await application.RunAsync(Cancellation);

        var published = await File.ReadAllTextAsync(Path.Combine(folder, "docker-compose.yaml"), Cancellation);
        Directory.Delete(folder, recursive: true);
        return published;
    }
}

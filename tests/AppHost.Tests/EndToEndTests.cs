using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Cities.AppHost.Tests;

/// <summary>The whole application: PostGIS in a container, the importer, the API.</summary>
public sealed class EndToEndTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task London_is_served_once_the_importer_has_finished()
    {
        Assert.SkipUnless(DockerAnswers(), "Docker does not answer: the application was not started.");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);

        var sample = Path.GetFullPath(Path.Combine(Projects.AppHost.ProjectPath, "../Cities.Importer/Sample"));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [$"--Parameters:import-source={sample}", "--Parameters:postgres-password=end-to-end"], timeout.Token);
        // A database of the test's own, gone with it: not the developer's.
        var postgres = builder.Resources.OfType<PostgresServerResource>().Single();
        foreach (var annotation in postgres.Annotations
            .Where(annotation => annotation is ContainerLifetimeAnnotation or ContainerMountAnnotation).ToList())
        {
            postgres.Annotations.Remove(annotation);
        }

        await using var application = await builder.BuildAsync(timeout.Token);
        await application.StartAsync(timeout.Token);
        var importer = await application.ResourceNotifications.WaitForResourceAsync(
            "importer", resource => KnownResourceStates.TerminalStates.Contains(resource.Snapshot.State?.Text), timeout.Token);
        Assert.Equal(
            (KnownResourceStates.Finished, 0), (importer.Snapshot.State?.Text, importer.Snapshot.ExitCode ?? -1));
        await application.ResourceNotifications.WaitForResourceHealthyAsync("api", timeout.Token);

        using var client = application.CreateHttpClient("api", "http");
        var london = await client.GetFromJsonAsync<JsonObject>("/api/v1/cities/2643743/", timeout.Token);
        Assert.Equal(("London", "England"), ((string?)london!["name"], (string?)london["region"]));
        await application.StopAsync(timeout.Token);
    }

    private static bool DockerAnswers()
    {
        try
        {
            using var docker = Process.Start(
                new ProcessStartInfo("docker", "info") { RedirectStandardOutput = true, RedirectStandardError = true });
            return docker is not null && docker.WaitForExit(TimeSpan.FromSeconds(20)) && docker.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

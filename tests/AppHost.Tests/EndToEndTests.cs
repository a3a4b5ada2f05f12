using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.AppHost.Tests;

/// <summary>The whole application with PostGIS in a container. RunScriptTests start it without a container runtime.</summary>
public sealed class EndToEndTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task London_is_served_and_the_commands_import_again_import_another_country_and_empty_the_database()
    {
        Assert.SkipUnless(DockerAnswers(), "Docker does not answer: the application was not started.");
        using var timeout = StartTimeout();
        var source = CopySample();
        var britain = Path.Combine(source, "dump/GB.txt");
        await File.WriteAllTextAsync(
            Path.Combine(source, "dump/MT.txt"),
            "2562305\tValletta\tValletta\t\t35.89968\t14.5148\tP\tPPLC\tMT\t\t60\t\t\t\t6794\t\t70\tEurope/Malta\t2024-01-31\n",
            timeout.Token);

        await using var builder = await CreateBuilderAsync(source, timeout.Token);
        await using var application = await builder.BuildAsync(timeout.Token);
        await StartAsync(application, timeout.Token);
        using var client = application.CreateHttpClient("api", "http");
        await AssertNameAsync("London", 2643743);

        // A file has changed: a run brings that into the database, and is the only one.
        var places = await File.ReadAllTextAsync(britain, timeout.Token);
        await File.WriteAllTextAsync(
            britain, places.Replace("\n2643743\tLondon\t", "\n2643743\tLondinium\t", StringComparison.Ordinal), timeout.Token);
        var first = ExecuteAsync("importer", ImporterCommands.ImportNow);
        var second = await ExecuteAsync("importer", ImporterCommands.ImportNow);
        Assert.Equal((true, "Imported."), await first);
        Assert.Equal((false, "The importer is running: try again when it has finished."), second);
        await AssertNameAsync("Londinium", 2643743);

        var refused = await ExecuteAsync("importer", ImporterCommands.ImportCountries, "M1");
        Assert.Equal((false, "Command argument validation failed."), refused);
        var missing = await ExecuteAsync("importer", ImporterCommands.ImportCountries, "FR");
        Assert.Equal((false, "The importer ended as Finished with exit code 3: its log says why."), missing);
        Assert.Equal((true, "Imported MT."), await ExecuteAsync("importer", ImporterCommands.ImportCountries, "MT"));
        await AssertNameAsync("Valletta", 2562305);
        await AssertNameAsync("Londinium", 2643743);

        Assert.Equal((true, "The database is empty."), await ExecuteAsync("citiesdb", ImporterCommands.ResetData));
        await AssertNameAsync(null, 2643743);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync());

        // No file has changed, and the other country was for that one time.
        Assert.Equal((true, "Imported."), await ExecuteAsync("importer", ImporterCommands.ImportNow));
        await AssertNameAsync("Londinium", 2643743);
        await AssertNameAsync(null, 2562305);
        Assert.Equal(HttpStatusCode.OK, await HealthAsync());

        await application.StopAsync(timeout.Token);
        Directory.Delete(source, recursive: true);

        async Task<(bool, string?)> ExecuteAsync(string resource, string command, string? countries = null)
        {
            InteractionInput[] arguments = countries is null
                ? []
                : [new() { Name = ImporterCommands.Countries, InputType = InputType.Text, Value = countries }];
            var model = application.Services.GetRequiredService<DistributedApplicationModel>();
            var result = await application.ResourceCommands.ExecuteCommandAsync(
                model.Resources.Single(each => each.Name == resource), command, new InteractionInputCollection(arguments), timeout.Token);
            return (result.Success, result.Message);
        }

        // The API asks at intervals whether there is other data.
        async Task AssertNameAsync(string? name, int id)
        {
            string? actual;
            var patience = Stopwatch.StartNew();
            do
            {
                using var response = await client.GetAsync(new Uri($"/api/v1/cities/{id}/", UriKind.Relative), timeout.Token);
                actual = response.IsSuccessStatusCode
                    ? (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(timeout.Token))!["name"]
                    : null;
            }
            while (actual != name && patience.Elapsed < TimeSpan.FromSeconds(10));
            Assert.Equal(name, actual);
        }

        async Task<HttpStatusCode> HealthAsync()
        {
            using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), timeout.Token);
            return response.StatusCode;
        }
    }

    private static string Sample => Path.GetFullPath(Path.Combine(Projects.AppHost.ProjectPath, "../Cities.Importer/Sample"));

    private static CancellationTokenSource StartTimeout()
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);
        return timeout;
    }

    /// <summary>Copies the sample, with Great Britain's places as a file of their own.</summary>
    private static string CopySample()
    {
        var folder = Directory.CreateTempSubdirectory("cities-geonames-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "dump"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Sample, "dump"), "*.txt"))
            File.Copy(file, Path.Combine(folder, "dump", Path.GetFileName(file)));
        using var archive = ZipFile.OpenRead(Path.Combine(Sample, "dump/cities1000.zip"));
        using var reader = new StreamReader(archive.Entries.Single().Open());
        File.WriteAllText(
            Path.Combine(folder, "dump/GB.txt"),
            string.Concat(reader.ReadToEnd().Split('\n').Where(row => row.Split('\t') is [_, _, _, _, _, _, _, _, "GB", ..]).Select(row => $"{row}\n")));
        return folder;
    }

    private static async Task<IDistributedApplicationTestingBuilder> CreateBuilderAsync(string source, CancellationToken cancellationToken)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [$"--Parameters:import-source={source}", "--Parameters:postgres-password=end-to-end"], cancellationToken);
        // A database of the test's own, gone with it: not the developer's.
        var postgres = builder.Resources.OfType<PostgresServerResource>().Single();
        postgres.Annotations.Remove(postgres.Annotations.OfType<ContainerMountAnnotation>().Single());
        return builder;
    }

    /// <summary>Starts the application, and waits until the importer has succeeded and the API is ready.</summary>
    private static async Task StartAsync(DistributedApplication application, CancellationToken cancellationToken)
    {
        await application.StartAsync(cancellationToken);
        var importer = await application.ResourceNotifications.WaitForResourceAsync(
            "importer", resource => KnownResourceStates.TerminalStates.Contains(resource.Snapshot.State?.Text), cancellationToken);
        Assert.Equal(
            (KnownResourceStates.Finished, 0), (importer.Snapshot.State?.Text, importer.Snapshot.ExitCode ?? -1));
        await application.ResourceNotifications.WaitForResourceHealthyAsync("api", cancellationToken);
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

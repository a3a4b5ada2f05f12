using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cities.Testing;

namespace Cities.Containers.Tests;

/// <summary>
/// The Docker Compose file, brought up with the images under test. AppHost.Tests compare it with the AppHost.
/// </summary>
public sealed class ComposeTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private static readonly string File = Path.Combine(Repository.Root, "compose.yaml");

    [Fact]
    public async Task It_brings_up_the_database_the_importer_to_its_end_and_then_the_api()
    {
        var (api, importer) = (Images.Api, Images.Importer);
        var command = Command();
        Assert.SkipWhen(command is null, "Docker Compose is not installed.");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Timeout);
        var port = LoopbackPort.Free();
        var environment = new Dictionary<string, string>
        {
            ["API_IMAGE"] = api,
            ["IMPORTER_IMAGE"] = importer,
            ["API_PORT"] = $"{port}",
            // There is no network: the sample in the importer's image.
            ["IMPORT_SOURCE"] = "/app/Sample",
            ["IMPORT_PLACES"] = "cities1000",
            ["COMPOSE_PROJECT_NAME"] = $"cities-test-{port}",
        };
        try
        {
            await RunAsync("up", "--detach", "--no-build");

            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            while (!await IsReadyAsync(client))
                await Task.Delay(200, timeout.Token);
            var london = await client.GetFromJsonAsync<JsonObject>("/api/v1/cities/2643743/", timeout.Token);
            Assert.Equal(("London", "England"), ((string?)london!["name"], (string?)london["region"]));
            Assert.Contains("completed", await RunAsync("logs", "importer"), StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            Assert.Fail($"{exception.Message}\n{await RunAsync("ps")}\n{await RunAsync("logs")}");
        }
        finally
        {
            timeout.CancelAfter(Timeout);
            await RunAsync("down", "--volumes", "--timeout", "10");
        }

        async Task<bool> IsReadyAsync(HttpClient client)
        {
            try
            {
                using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), timeout.Token);
                return response.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        async Task<string> RunAsync(params string[] arguments)
        {
            var start = new ProcessStartInfo(command![0], [.. command[1..], "--file", File, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Timeout, CancellationToken.None);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed: {await errors}");
        }
    }

    /// <summary>The plug-in of Docker's command, or the command of its own, or null where there is neither.</summary>
    private static string[]? Command() =>
        DockerCommand.TryRun("compose", "version").ExitCode == 0 ? ["docker", "compose"]
        : IsThere("docker-compose") ? ["docker-compose"]
        : null;

    private static bool IsThere(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => System.IO.File.Exists(Path.Combine(folder, program)));
}

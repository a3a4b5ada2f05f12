using System.Net;
using Cities.Testing;

[assembly: AssemblyFixture(typeof(PostgisServer))]

namespace Cities.Containers.Tests;

/// <summary>The API's image, running. That it answers as the API does, the API's own tests show: test.sh runs them against it.</summary>
public sealed class ApiContainerTests(PostgisServer server)
{
    private const string London = "/api/v1/cities/2643743";
    /// <summary>Long enough for a balancer on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_own_probe_says_whether_it_is_ready_and_why_not()
    {
        var image = Images.Api;
        await using var database = await server.CreateDatabaseAsync();
        using var container = ApiContainer.Start(image, database.ConnectionString);

        var (exitCode, output, _) = container.Execute("/app/Cities.Api", "--health");
        Assert.Equal(1, exitCode);
        Assert.Contains("has not been migrated yet", output, StringComparison.Ordinal);

        await database.ImportSampleAsync(Cancellation);
        Assert.Equal(0, container.Execute("/app/Cities.Api", "--health").ExitCode);
        Assert.Equal(0, container.Stop(seconds: 10));
        var (stopped, _, _) = DockerCommand.TryRun("run", "--rm", image, "--health");
        Assert.Equal(1, stopped);
    }

    [Fact]
    public async Task SIGTERM_under_load_loses_no_request_and_ends_it_within_ten_seconds()
    {
        var image = Images.Api;
        await using var database = await server.CreateSampleDatabaseAsync();
        using var container = ApiContainer.Start(
            image, database.ConnectionString, ("Api:RateLimit:Enabled", "false"), ("Api:Cache:Output", "false"), ("Api:DrainTime", $"{DrainTime}"));
        using var client = container.CreateClient();
        using var removed = new CancellationTokenSource();
        using var first = await client.GetAsync(new Uri(London, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        // As many clients as keep it busy, and a balancer that takes it out once it is not ready any more.
        var answered = 0;
        var lost = new List<string>();
        var load = Enumerable.Range(0, 16).Select(_ => Task.Run(SendAsync, Cancellation)).ToList();
        var balancer = Task.Run(ProbeAsync, Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        var before = Volatile.Read(ref answered);
        var stop = Task.Run(() => container.Stop(seconds: 10), Cancellation);
        await Task.WhenAll(load.Append(balancer));
        var after = Volatile.Read(ref answered);

        Assert.Empty(lost);
        Assert.True(before > 0 && after > before, $"{before} answers before the stop, {after - before} in it.");
        // 137 is the exit code of one that was killed at the end of the ten seconds.
        Assert.Equal(0, await stop);

        async Task SendAsync()
        {
            while (!removed.IsCancellationRequested)
            {
                try
                {
                    using var response = await client.GetAsync(new Uri(London, UriKind.Relative), Cancellation);
                    await response.Content.ReadAsByteArrayAsync(Cancellation);
                    if (response.StatusCode != HttpStatusCode.OK)
                        Lose($"{response.StatusCode}");
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException exception)
                {
                    Lose(exception.ToString());
                }
            }
        }

        async Task ProbeAsync()
        {
            var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(60);
            while (DateTime.UtcNow < deadline)
            {
                using var response = await client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
                if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                    break;
                await Task.Delay(DrainTime / 10, Cancellation);
            }

            await removed.CancelAsync();
        }

        void Lose(string what)
        {
            lock (lost)
                lost.Add(what);
        }
    }
}

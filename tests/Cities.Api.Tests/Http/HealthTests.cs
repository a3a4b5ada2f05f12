using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Cities.Api.Tests.Http;

/// <summary>Health checks cost the same however many ask for them.</summary>
public sealed class HealthTests(ApiFixture api) : IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly CountedCheck _check = new();
    private WebApplicationFactory<PageRequest>? _factory;

    public void Dispose() => _factory?.Dispose();

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Many_probes_share_one_check_and_its_result_for_a_second(string path)
    {
        using var client = CreateClient();
        var probes = Enumerable.Range(0, 100).Select(_ => client.AskAsync(path)).ToList();
        await HttpTesting.EventuallyAsync(() => Task.FromResult(_check.Runs > 0));
        _check.Result.SetResult(HealthCheckResult.Healthy());
        foreach (var response in await Task.WhenAll(probes))
        {
            using (response)
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(1, _check.Runs);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100 || watch.Elapsed < TimeSpan.FromSeconds(2); i++)
        {
            using var response = await client.AskAsync(path);
            Assert.Equal(["no-store, no-cache"], response.Headers.NonValidated["Cache-Control"]);
        }

        Assert.InRange(_check.Runs, 2, 2 + (int)watch.Elapsed.TotalSeconds);
    }

    [Fact]
    public async Task The_log_has_a_line_for_each_change_of_the_state_and_no_others()
    {
        using var client = CreateClient();
        _check.Result.SetResult(HealthCheckResult.Healthy());
        await StatusesAsync(HttpStatusCode.OK);
        _check.Result = new();
        _check.Result.SetResult(HealthCheckResult.Unhealthy("It is broken."));
        await StatusesAsync(HttpStatusCode.ServiceUnavailable);
        _check.Result = new();
        _check.Result.SetResult(HealthCheckResult.Healthy());
        await StatusesAsync(HttpStatusCode.OK);

        Assert.Equal(
            [
                "Information: The health checks succeed.",
                "Warning: The health checks fail (Unhealthy): counted: It is broken.",
                "Information: The health checks succeed.",
            ],
            _log);

        // Until several checks have had the state.
        async Task StatusesAsync(HttpStatusCode status)
        {
            var before = _check.Runs;
            await HttpTesting.EventuallyAsync(async () =>
            {
                using var response = await client.AskAsync("/health");
                return response.StatusCode == status && _check.Runs >= before + 3;
            });
        }
    }

    private HttpClient CreateClient()
    {
        _factory = api.CreateFactory(api.Database.ConnectionString).WithWebHostBuilder(builder => builder
            .UseSetting("Logging:LogLevel:Default", "Information")
            .ConfigureTestServices(services =>
            {
                services.AddHealthChecks().AddCheck("counted", _check, tags: ["live"]);
                services.AddSingleton<ILoggerProvider>(new Recorder(_log));
            }));
        return _factory.CreateClient();
    }

    /// <summary>A check that has its result from the test.</summary>
    private sealed class CountedCheck : IHealthCheck
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public TaskCompletionSource<HealthCheckResult> Result { get; set; } = new();

        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _runs);
            return Result.Task;
        }
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.Contains("Health", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}

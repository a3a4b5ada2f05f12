using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace Cities.ServiceDefaults;

/// <summary>
/// Answers probes. The checks run at most once a second, and one run at a time: all probes share its result. Anybody
/// can send probes, so their cost must not depend on their number. All members are thread-safe.
/// </summary>
/// <param name="predicate">Selects the checks.</param>
/// <param name="checks">Runs the checks.</param>
/// <param name="lifetime">Ends the validity of a result when the service is told to stop.</param>
/// <param name="time">Measures the age of a result.</param>
/// <param name="logger">The log of the changes of the state.</param>
internal sealed partial class HealthReports(
    Func<HealthCheckRegistration, bool> predicate,
    HealthCheckService checks,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<HealthReports> logger)
{
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Run? _run;
    private HealthStatus? _status;

    /// <summary>Answers 200 if the service is healthy or degraded, and 503 otherwise.</summary>
    /// <param name="context">The request.</param>
    public async Task AnswerAsync(HttpContext context)
    {
        var (status, body) = await CurrentRun().Answer.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store, no-cache";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private Run CurrentRun()
    {
        var isStopping = lifetime.ApplicationStopping.IsCancellationRequested;
        lock (_lock)
        {
            var isCurrent = _run is not null
                && _run.IsStopping == isStopping
                && (!_run.Answer.IsCompleted || time.GetElapsedTime(_run.StartedAt) < Validity);
            // On another thread, because the checks must not run within the lock.
            return isCurrent ? _run! : _run = new Run(time.GetTimestamp(), isStopping, Task.Run(RunAsync));
        }
    }

    private async Task<(int Status, byte[] Body)> RunAsync()
    {
        // A query of a check is not part of any request, and would be a separate trace.
        using var untraced = SuppressInstrumentationScope.Begin();
        var report = await checks.CheckHealthAsync(predicate, CancellationToken.None);
        LogChange(report);
        var response = new HealthResponse(
            report.Status.ToString(),
            report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new HealthCheckResponse(entry.Value.Status.ToString(), entry.Value.Description)));
        return (
            report.Status is HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
            JsonSerializer.SerializeToUtf8Bytes(response, HealthJsonContext.Default.HealthResponse));
    }

    private void LogChange(HealthReport report)
    {
        lock (_lock)
        {
            if (report.Status == _status)
                return;
            _status = report.Status;
        }

        if (report.Status is HealthStatus.Healthy)
        {
            LogHealthy();
            return;
        }

        var failed = report.Entries.Where(entry => entry.Value.Status is not HealthStatus.Healthy).ToList();
        LogFailed(
            report.Status,
            string.Join(" ", failed.Select(entry => $"{entry.Key}: {entry.Value.Description}")),
            failed.Select(entry => entry.Value.Exception).FirstOrDefault(exception => exception is not null));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The health checks succeed.")]
    private partial void LogHealthy();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The health checks fail ({Status}): {Checks}")]
    private partial void LogFailed(HealthStatus status, string checks, Exception? exception);

    /// <summary>A run of the checks.</summary>
    /// <param name="StartedAt">The timestamp of its start.</param>
    /// <param name="IsStopping">Whether the service had been told to stop.</param>
    /// <param name="Answer">The status code and the body of the answer.</param>
    private sealed record Run(long StartedAt, bool IsStopping, Task<(int Status, byte[] Body)> Answer);
}

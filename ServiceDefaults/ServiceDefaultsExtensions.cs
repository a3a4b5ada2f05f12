using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cities.ServiceDefaults;

/// <summary>
/// The features that all services of the application share: telemetry, health endpoints, service discovery and
/// resilient HTTP clients.
/// </summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Path of the readiness endpoint: 200 when every health check passes, 503 otherwise.</summary>
    public const string ReadinessPath = "/health";

    /// <summary>
    /// Path of the liveness endpoint: 200 while the process is running, whatever the state of its dependencies.
    /// </summary>
    public const string LivenessPath = "/alive";

    /// <summary>Path of the metrics endpoint, in services that Prometheus can scrape.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>The timeout for exporting the remaining telemetry when the process ends.</summary>
    private static readonly TimeSpan LastTelemetry = TimeSpan.FromSeconds(2);

    private const string LiveTag = "live";

    private const string HealthCheckCategory = "Microsoft.Extensions.Diagnostics.HealthChecks";

    /// <summary>
    /// Adds OpenTelemetry (exported by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set), the liveness check,
    /// service discovery, and resilience and discovery on every <see cref="HttpClient"/>.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddOpenTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.TryAddSingleton(TimeProvider.System);
        // HealthReports logs changes of the state. This category logs an error for each failed check.
        builder.Logging.AddFilter(HealthCheckCategory, LogLevel.None);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Runs a host until it receives the signal to stop, and disposes of it. The export of the remaining telemetry has
    /// a timeout of two seconds, so that a collector that does not answer does not delay the end of the process.
    /// </summary>
    /// <param name="host">The host.</param>
    public static async Task RunToEndAsync(this IHost host)
    {
        try
        {
            await host.StartAsync();
            await host.WaitForShutdownAsync();
        }
        finally
        {
            await Task.WhenAny(Task.Run(host.Dispose), Task.Delay(LastTelemetry));
        }
    }

    /// <summary>
    /// Maps <see cref="ReadinessPath"/> and <see cref="LivenessPath"/> in every environment, because the probes of an
    /// orchestrator need them. The answer is a JSON object with the names and states of the checks, without exceptions
    /// or connection strings. Probes are anonymous and have no rate limit: if a probe were rejected, the orchestrator
    /// would restart the service. The checks run at most once a second, however many probes there are.
    /// </summary>
    /// <param name="endpoints">The route builder.</param>
    /// <returns>The same route builder.</returns>
    public static IEndpointRouteBuilder MapDefaultEndpoints(this IEndpointRouteBuilder endpoints)
    {
        MapProbe(ReadinessPath, _ => true);
        MapProbe(LivenessPath, check => check.Tags.Contains(LiveTag));
        return endpoints;

        void MapProbe(string path, Func<HealthCheckRegistration, bool> predicate)
        {
            var reports = ActivatorUtilities.CreateInstance<HealthReports>(endpoints.ServiceProvider, predicate);
            endpoints.Map(path, reports.AnswerAsync).DisableRateLimiting().AllowAnonymous();
        }
    }

    /// <summary>
    /// Whether a request is a probe. Probes come every few seconds, and are neither logged nor traced.
    /// </summary>
    /// <param name="path">The path of the request.</param>
    public static bool IsProbe(PathString path) =>
        path.StartsWithSegments(ReadinessPath)
        || path.StartsWithSegments(LivenessPath)
        || path.StartsWithSegments(MetricsPath);

    /// <summary>Whether telemetry is exported by OTLP: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    /// <param name="configuration">The configuration of the host.</param>
    public static bool ExportsTelemetry(this IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>
    /// Configures the instrumentation, which applies once there is an exporter. Without one, nothing is measured: spans
    /// that nobody reads cost a cached answer a tenth of its time.
    /// </summary>
    private static void AddOpenTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics
            .AddMeter(builder.Environment.ApplicationName)
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation());
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .AddSource(builder.Environment.ApplicationName)
            .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path))
            .AddHttpClientInstrumentation());
        if (!builder.Configuration.ExportsTelemetry())
            return;
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.AddOpenTelemetry().WithMetrics().WithTracing().UseOtlpExporter();
    }
}

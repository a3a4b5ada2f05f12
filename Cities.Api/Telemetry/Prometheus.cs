using OpenTelemetry.Metrics;

namespace Cities.Api.Telemetry;

/// <summary>
/// The endpoint from which Prometheus scrapes the metrics, independently of OTLP. It is disabled by default, because
/// every client that reaches the API can read it.
/// </summary>
internal static class Prometheus
{
    private const string EnabledKey =
        $"{ApiOptions.Section}:{nameof(ApiOptions.Prometheus)}:{nameof(PrometheusOptions.Enabled)}";

    /// <summary>Whether Prometheus may fetch the metrics.</summary>
    public static bool HasPrometheus(this IConfiguration configuration) => configuration.GetValue<bool>(EnabledKey);

    public static void AddPrometheus(this IHostApplicationBuilder builder)
    {
        // The exporter has to be registered before the options exist.
        if (builder.Configuration.HasPrometheus())
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter());
    }

    /// <summary>
    /// Maps <see cref="ServiceDefaultsExtensions.MetricsPath"/>. The metrics of requests do not include its requests.
    /// </summary>
    public static void MapPrometheus(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.Prometheus.Enabled)
            return;
        app.MapPrometheusScrapingEndpoint(ServiceDefaultsExtensions.MetricsPath)
            .DisableRateLimiting()
            .DisableHttpMetrics();
    }
}

/// <summary>The section <c>Api:Prometheus</c>.</summary>
internal sealed class PrometheusOptions
{
    /// <summary>Whether the API serves <c>/metrics</c>.</summary>
    public bool Enabled { get; set; }
}

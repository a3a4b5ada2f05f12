using OpenTelemetry.Metrics;

namespace Cities.Api.Telemetry;

/// <summary>
/// All metrics for Prometheus to fetch, beside those that OTLP sends: off, unless it is switched on, since whoever reaches
/// the API reads them.
/// </summary>
internal static class Prometheus
{
    private const string EnabledKey =
        $"{ApiOptions.Section}:{nameof(ApiOptions.Prometheus)}:{nameof(PrometheusOptions.Enabled)}";

    /// <summary>Whether Prometheus may fetch the metrics.</summary>
    public static bool HasPrometheus(this IConfiguration configuration) => configuration.GetValue<bool>(EnabledKey);

    public static void AddPrometheus(this IHostApplicationBuilder builder)
    {
        // Before there are options: what is measured for whom is part of the services.
        if (builder.Configuration.HasPrometheus())
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter());
    }

    /// <summary>Maps <see cref="ServiceDefaultsExtensions.MetricsPath"/>, which is no part of the API that it measures.</summary>
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
    /// <summary>Whether there is <c>/metrics</c>.</summary>
    public bool Enabled { get; set; }
}

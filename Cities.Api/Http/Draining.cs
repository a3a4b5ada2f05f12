using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cities.Api.Http;

/// <summary>
/// Stops the API without losing a request. The API first reports that it is not ready, and continues to serve requests
/// for <see cref="ApiOptions.DrainTime"/>. During this time load balancers stop sending requests to it, and
/// <c>Connection: close</c> makes clients close their connections. Then the API stops listening, and completes the
/// requests in progress.
/// </summary>
internal static class Draining
{
    /// <summary>The timeout of the requests that are in progress when the API stops listening.</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(5);

    public static void AddDraining(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<DrainingService>();
        builder.Services.AddHealthChecks().AddCheck<StoppingHealthCheck>("stopping");
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ApiOptions>>((host, api) =>
            host.ShutdownTimeout = api.Value.DrainTime + LastRequests);
    }

    public static void UseDraining(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            if (stopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol))
                context.Response.Headers.Connection = "close";
            return next(context);
        });
    }

    private sealed class DrainingService(IOptions<ApiOptions> options) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Waits. The host awaits this method before it stops any service, including the server.</summary>
        public Task StoppingAsync(CancellationToken cancellationToken) =>
            Task.Delay(options.Value.DrainTime, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StoppingHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
                ? HealthCheckResult.Unhealthy("The service is stopping.")
                : HealthCheckResult.Healthy());
    }
}

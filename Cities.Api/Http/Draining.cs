using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cities.Api.Http;

/// <summary>
/// A stop that loses no request: the API says that it is not ready any more and goes on serving for
/// <see cref="ApiOptions.DrainTime"/>, in which balancers turn elsewhere and clients are told to let go of their connections.
/// Only then does it stop listening, and finishes what it has begun.
/// </summary>
internal static class Draining
{
    /// <summary>How long requests may take that are under way when the API stops listening.</summary>
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

        /// <summary>Is awaited before any service is stopped, and so the server.</summary>
        public Task StoppingAsync(CancellationToken cancellationToken) => Task.Delay(options.Value.DrainTime, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StoppingHealthCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested
                ? HealthCheckResult.Unhealthy("The service is stopping.")
                : HealthCheckResult.Healthy());
    }
}

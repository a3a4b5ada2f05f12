using Cities.Api.Errors;
using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cities.Api;

/// <summary>The API is ready when there is something to serve: once an import has completed, until all is flushed.</summary>
internal sealed class ImportHealthCheck(CitiesDbContext context) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext healthCheckContext, CancellationToken cancellationToken = default)
    {
        try
        {
            return await context.ImportRuns.InPlace().AnyAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("Nothing has been imported yet, or it has been flushed.");
        }
        catch (Exception exception) when (DatabaseFailure.Is(exception))
        {
            // Not the exception: its message can name hosts.
            return HealthCheckResult.Unhealthy("The database cannot be reached, or has not been migrated yet.");
        }
    }
}

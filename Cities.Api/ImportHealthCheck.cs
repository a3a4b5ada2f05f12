using Cities.Api.Errors;
using Cities.Data;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cities.Api;

/// <summary>The API is ready when there is something to serve: once an import has completed.</summary>
internal sealed class ImportHealthCheck(CitiesDbContext context) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext healthCheckContext, CancellationToken cancellationToken = default)
    {
        try
        {
            return await context.ImportRuns.AnyAsync(run => run.Outcome == ImportOutcome.Succeeded, cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("No import has completed yet.");
        }
        catch (Exception exception) when (DatabaseFailure.Is(exception))
        {
            // Not the exception: its message can name hosts.
            return HealthCheckResult.Unhealthy("The database cannot be reached, or has not been migrated yet.");
        }
    }
}

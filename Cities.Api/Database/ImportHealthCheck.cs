using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cities.Api.Database;

/// <summary>The API is ready when there is data: after an import has completed, until all data is flushed.</summary>
internal sealed class ImportHealthCheck(Sql sql) : IHealthCheck
{
    // Without countries there is no other data.
    private static readonly SqlText Query =
        $"""
        SELECT EXISTS (
          SELECT FROM import_runs run
          WHERE run.outcome = 'Succeeded' AND run.operation <> 'Flush' AND NOT EXISTS (
            SELECT FROM import_runs emptying
            WHERE emptying.outcome = 'Succeeded' AND emptying.operation = 'Flush' AND 'country' = ANY (emptying.kinds)
              AND emptying.id > run.id))
        """;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var reader = await sql.OpenAsync([Query], cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return reader.GetBoolean(0)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("No import has completed yet, or all data has been flushed.");
        }
        catch (Exception exception) when (DatabaseFailure.Is(exception))
        {
            // Without the exception, whose message can name hosts.
            return HealthCheckResult.Unhealthy("The database is unavailable, or has not been migrated yet.");
        }
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Cities.AppHost;

/// <summary>A database on a server that the application model does not start.</summary>
internal static class ExistingDatabase
{
    /// <summary>
    /// The configuration key that says whether the database belongs to this application alone: then the dashboard
    /// offers <i>Reset data</i>. <c>run.sh</c> sets it for the PostgreSQL that it starts.
    /// </summary>
    private const string OwnedKey = "Database:Owned";

    /// <summary>Whether the database belongs to this application alone, so that it may be emptied.</summary>
    /// <param name="database">The database resource.</param>
    /// <param name="configuration">The configuration of the AppHost.</param>
    public static bool IsOwned(IResourceWithConnectionString database, IConfiguration configuration) =>
        database is PostgresDatabaseResource || configuration.GetValue<bool>(OwnedKey);

    /// <summary>Adds the database as a resource whose health the dashboard shows.</summary>
    /// <param name="builder">The application model.</param>
    /// <param name="name">Its name in the model, and the name of the connection string.</param>
    /// <param name="connectionString">The Npgsql connection string.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddExistingDatabase(
        this IDistributedApplicationBuilder builder, string name, string connectionString)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Services.AddHealthChecks().AddAsyncCheck(name, token => CheckAsync(connectionString, token));
        return builder.AddConnectionString(name, ReferenceExpression.Create($"{connectionString}"))
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "PostgreSQL",
                State = KnownResourceStates.NotStarted,
                Properties =
                [
                    new(CustomResourceKnownProperties.Source, $"{server.Host}:{server.Port}/{server.Database}"),
                ],
            })
            .WithIconName("Database")
            .WithHealthCheck(name);
    }

    private static async Task<HealthCheckResult> CheckAsync(
        string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return HealthCheckResult.Healthy("The importer creates the database.");
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}

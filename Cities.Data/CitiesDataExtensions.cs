using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Cities.Data;

/// <summary>Registers the <see cref="CitiesDbContext"/>, the same way in every service.</summary>
public static class CitiesDataExtensions
{
    /// <summary>Name of the connection string, and of the database resource in the AppHost.</summary>
    public const string ConnectionName = "citiesdb";

    /// <summary>
    /// Registers a pooled <see cref="CitiesDbContext"/> on the connection string <see cref="ConnectionName"/>, with
    /// retries, a health check and telemetry.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="configureNpgsql">What the service wants otherwise than by default, or null.</param>
    /// <param name="configureConnection">What it wants otherwise than the connection string says, or null.</param>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    /// <exception cref="InvalidOperationException">
    /// Thrown when the context is first resolved and there is no connection string.
    /// </exception>
    public static void AddCitiesDbContext(
        this IHostApplicationBuilder builder,
        Action<NpgsqlDbContextOptionsBuilder>? configureNpgsql = null,
        Action<NpgsqlConnectionStringBuilder>? configureConnection = null) =>
        builder.AddNpgsqlDbContext<CitiesDbContext>(
            ConnectionName,
            settings =>
            {
                if (configureConnection is null || settings.ConnectionString is not { Length: > 0 } connectionString)
                    return;
                var connection = new NpgsqlConnectionStringBuilder(connectionString);
                configureConnection(connection);
                settings.ConnectionString = connection.ConnectionString;
            },
            options => options.UseCities(configureNpgsql));

    /// <summary>Whether a connection string names more than one server: a primary, and standbys that stream from it.</summary>
    /// <param name="connection">The connection string.</param>
    public static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Host?.Contains(',', StringComparison.Ordinal) == true;
    }

    /// <summary>
    /// Has a server that hangs be given up where there are others. Npgsql asks a server what kind it is within the whole seconds of
    /// <c>Timeout</c> that are left; of one second none are, which it takes for no limit, and no token ends that wait.
    /// </summary>
    /// <param name="connection">The connection string of several servers; its <c>Timeout</c> is 2 s afterwards where it was 1 s.</param>
    public static void LimitHostChecks(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.Timeout == 1)
            connection.Timeout = 2;
    }

    /// <summary>The options that the model needs, whoever opens the context.</summary>
    internal static void UseCities(
        this DbContextOptionsBuilder options, Action<NpgsqlDbContextOptionsBuilder>? configureNpgsql = null) =>
        options
            .UseNpgsql(npgsql =>
            {
                npgsql.UseNetTopologySuite();
                configureNpgsql?.Invoke(npgsql);
            })
            .UseSnakeCaseNamingConvention();
}

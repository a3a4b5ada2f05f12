using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Cities.Data;

/// <summary>Registers the <see cref="CitiesDbContext"/> with the same options in every service.</summary>
public static class CitiesDataExtensions
{
    /// <summary>Name of the connection string, and of the database resource in the AppHost.</summary>
    public const string ConnectionName = "citiesdb";

    /// <summary>
    /// Registers a pooled <see cref="CitiesDbContext"/> on the connection string <see cref="ConnectionName"/>, with
    /// retries, a health check and telemetry.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="configureNpgsql">Changes the defaults of Npgsql for the service, or null.</param>
    /// <param name="configureConnection">Changes the connection string for the service, or null.</param>
    /// <exception cref="ArgumentException">The connection string is invalid.</exception>
    /// <exception cref="InvalidOperationException">
    /// Thrown when the context is first resolved and the connection string is missing.
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

    /// <summary>Whether a connection string names several servers: a primary and its streaming standbys.</summary>
    /// <param name="connection">The connection string.</param>
    public static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Host?.Contains(',', StringComparison.Ordinal) == true;
    }

    /// <summary>
    /// Makes connections give up a server that hangs if there are others. Npgsql queries the state of a server within
    /// the whole seconds that are left of <c>Timeout</c>. With a timeout of 1 s, no whole second is left. Npgsql
    /// interprets 0 as no limit, and a cancellation token does not end that query.
    /// </summary>
    /// <param name="connection">
    /// The connection string of several servers. A <c>Timeout</c> of 1 s is changed to 2 s.
    /// </param>
    public static void LimitHostChecks(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.Timeout == 1)
            connection.Timeout = 2;
    }

    /// <summary>Sets the options that the model requires, in services and in tests.</summary>
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

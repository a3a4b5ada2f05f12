using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Cities.Data;

/// <summary>Registers the <see cref="CitiesDbContext"/> with the same options in every service.</summary>
public static class CitiesDataExtensions
{
    /// <summary>
    /// Registers a pooled <see cref="CitiesDbContext"/> on the connection string
    /// <see cref="CitiesDatabase.ConnectionName"/>, with retries, a health check and telemetry.
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
            CitiesDatabase.ConnectionName,
            settings =>
            {
                if (configureConnection is null || settings.ConnectionString is not { Length: > 0 } connectionString)
                    return;
                var connection = new NpgsqlConnectionStringBuilder(connectionString);
                configureConnection(connection);
                settings.ConnectionString = connection.ConnectionString;
            },
            options => options.UseCities(configureNpgsql));

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

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
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
    /// <exception cref="InvalidOperationException">
    /// Thrown when the context is first resolved and there is no connection string.
    /// </exception>
    public static void AddCitiesDbContext(
        this IHostApplicationBuilder builder, Action<NpgsqlDbContextOptionsBuilder>? configureNpgsql = null) =>
        builder.AddNpgsqlDbContext<CitiesDbContext>(
            ConnectionName, configureDbContextOptions: options => options.UseCities(configureNpgsql));

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

using System.Diagnostics.CodeAnalysis;
using Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// The two extension methods of the package Aspire.Npgsql.EntityFrameworkCore.PostgreSQL, with the same names, arguments
/// and configuration keys, so that no other code knows which of the two it is built with.
/// </summary>
public static class AspireEFPostgreSqlExtensions
{
    private const string SectionName = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";
    private const DynamicallyAccessedMemberTypes RequiredByEntityFramework =
        DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.NonPublicConstructors
        | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>
    /// Registers a pooled <typeparamref name="TContext"/> on the connection string named
    /// <paramref name="connectionName"/>, with retries, a health check, tracing and metrics.
    /// </summary>
    /// <typeparam name="TContext">The context to register.</typeparam>
    /// <param name="builder">The host being built.</param>
    /// <param name="connectionName">Name of the connection string under <c>ConnectionStrings</c>.</param>
    /// <param name="configureSettings">Called after the settings have been read from the configuration.</param>
    /// <param name="configureDbContextOptions">Called last, to configure the context's options.</param>
    /// <exception cref="InvalidOperationException">
    /// Thrown when the context is first resolved and there is no connection string.
    /// </exception>
    public static void AddNpgsqlDbContext<[DynamicallyAccessedMembers(RequiredByEntityFramework)] TContext>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureDbContextOptions = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = ReadSettings<TContext>(builder.Configuration);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddDbContextPool<TContext>(options =>
        {
            // Checked here and not at registration, so that the error reaches a configured logger.
            if (string.IsNullOrWhiteSpace(settings.ConnectionString) && !EF.IsDesignTime)
            {
                throw new InvalidOperationException(
                    $"ConnectionString is missing. It should be provided in 'ConnectionStrings:{connectionName}' or under "
                    + $"the 'ConnectionString' key in '{SectionName}' or '{SectionName}:{typeof(TContext).Name}'.");
            }

            options.UseNpgsql(settings.ConnectionString);
            Configure(options, settings);
            configureDbContextOptions?.Invoke(options);
        });
        AddInstrumentation<TContext>(builder, settings);
    }

    /// <summary>Adds retries, a health check, tracing and metrics to a context registered by other means.</summary>
    /// <typeparam name="TContext">The registered context.</typeparam>
    /// <param name="builder">The host being built.</param>
    /// <param name="configureSettings">Called after the settings have been read from the configuration.</param>
    /// <exception cref="InvalidOperationException">The context has not been registered.</exception>
    public static void EnrichNpgsqlDbContext<[DynamicallyAccessedMembers(RequiredByEntityFramework)] TContext>(
        this IHostApplicationBuilder builder,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.All(service => service.ServiceType != typeof(TContext)))
        {
            throw new InvalidOperationException(
                $"DbContext<{typeof(TContext).Name}> was not registered. Ensure you have registered the DbContext in DI "
                + $"before calling {nameof(EnrichNpgsqlDbContext)}.");
        }

        var settings = ReadSettings<TContext>(builder.Configuration);
        configureSettings?.Invoke(settings);
        builder.Services.ConfigureDbContext<TContext>(options => Configure(options, settings));
        AddInstrumentation<TContext>(builder, settings);
    }

    private static NpgsqlEntityFrameworkCorePostgreSQLSettings ReadSettings<TContext>(IConfiguration configuration)
    {
        var settings = new NpgsqlEntityFrameworkCorePostgreSQLSettings();
        var section = configuration.GetSection(SectionName);
        section.Bind(settings);
        section.GetSection(typeof(TContext).Name).Bind(settings);
        return settings;
    }

    private static void Configure(DbContextOptionsBuilder options, NpgsqlEntityFrameworkCorePostgreSQLSettings settings) =>
        options.UseNpgsql(npgsql =>
        {
            if (!settings.DisableRetry)
                npgsql.EnableRetryOnFailure();
            if (settings.CommandTimeout is { } seconds)
                npgsql.CommandTimeout(seconds);
        });

    private static void AddInstrumentation<[DynamicallyAccessedMembers(RequiredByEntityFramework)] TContext>(
        IHostApplicationBuilder builder, NpgsqlEntityFrameworkCorePostgreSQLSettings settings)
        where TContext : DbContext
    {
        if (!settings.DisableHealthChecks)
            builder.Services.AddHealthChecks().AddDbContextCheck<TContext>();
        if (!settings.DisableTracing)
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNpgsql());
        if (!settings.DisableMetrics)
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Npgsql"));
    }
}

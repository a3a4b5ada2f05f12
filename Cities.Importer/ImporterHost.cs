using Cities.Data;
using Cities.Importer.Database;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Cities.Importer;

/// <summary>Creates the host of all commands: configuration, options and database.</summary>
internal static class ImporterHost
{
    /// <summary>Creates a host builder.</summary>
    /// <param name="configuration">The configuration from the command line.</param>
    /// <exception cref="ImportException">An option has an invalid value.</exception>
    public static HostApplicationBuilder CreateBuilder(Dictionary<string, string?> configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = Telemetry.Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddSingleton(ImportOptions.Read(builder.Configuration));
        if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(CitiesDatabase.ConnectionName)))
            throw new ImportException(ExitCode.Usage, $"{CommandLine.ConnectionStringOption} is missing.");
        try
        {
            builder.AddCitiesDbContext(ConfigureNpgsql, ToPrimary);
        }
        catch (ArgumentException exception)
        {
            // Not its message: it can quote a part of the password.
            throw new ImportException(
                ExitCode.Usage,
                $"{CommandLine.ConnectionStringOption} is not a connection string such as "
                + "Host=localhost;Database=cities.",
                exception);
        }

        if (ApiDatabaseRole.Read(builder.Configuration) is { } apiRole)
            builder.Services.AddSingleton(apiRole);
        builder.Services.AddScoped<Migrator>();
        return builder;
    }

    /// <summary>An import is one transaction. A retry of a single statement would run outside of it.</summary>
    private static void ConfigureNpgsql(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql
            .ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies))
            .ConfigureDataSource(source => source.NameSpansBySummary());

    /// <summary>The connection string can be that of the API, which prefers standbys. Standbys are read-only.</summary>
    private static void ToPrimary(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.HasSeveralHosts())
            return;
        connection.TargetSessionAttributes = "read-write";
        connection.LimitHostChecks();
    }
}

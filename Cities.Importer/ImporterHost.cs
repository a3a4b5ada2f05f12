using Cities.Data;
using Cities.Importer.Database;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Cities.Importer;

/// <summary>What all of the importer's commands run in: its configuration, its options and the database.</summary>
internal static class ImporterHost
{
    /// <summary>Begins a host.</summary>
    /// <param name="configuration">What the command line says.</param>
    /// <exception cref="ImportException">An option has an impossible value.</exception>
    public static HostApplicationBuilder CreateBuilder(Dictionary<string, string?> configuration)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = Telemetry.Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddInMemoryCollection(configuration);
        builder.Services.AddSingleton(ImportOptions.Read(builder.Configuration));
        builder.AddCitiesDbContext(ConfigureNpgsql, ToPrimary);
        builder.Services.AddScoped<Migrator>();
        return builder;
    }

    /// <summary>The import is one transaction: a part of it that is tried again by itself would be a part of another.</summary>
    private static void ConfigureNpgsql(NpgsqlDbContextOptionsBuilder npgsql) =>
        npgsql
            .ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies))
            .ConfigureDataSource(source => source.NameSpansBySummary());

    /// <summary>The API may have the same connection string, which prefers standbys: they cannot be written to.</summary>
    private static void ToPrimary(NpgsqlConnectionStringBuilder connection)
    {
        if (!connection.HasSeveralHosts())
            return;
        connection.TargetSessionAttributes = "read-write";
        connection.LimitHostChecks();
    }
}

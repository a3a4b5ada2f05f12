using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Api;

/// <summary>The API's use of the database: it reads, and would rather answer 503 soon than keep a caller waiting.</summary>
internal static class ApiDatabase
{
    /// <summary>
    /// PostGIS' functions have such costs that the server would compile queries, for ten times as long as they take. A few
    /// rows are looked up by index rather than a table read whole, which the server prefers where it takes disks to be slow
    /// at that. And by default names that have two letters exchanged are not similar enough to be found. What the connection
    /// string says comes behind these, and counts.
    /// </summary>
    private const string SessionOptions = "-c jit=off -c random_page_cost=1.1 -c pg_trgm.similarity_threshold=0.25";

    /// <summary>Connections of one replica, where the connection string says nothing else.</summary>
    public static readonly int MaximumConnections = Math.Clamp(2 * Environment.ProcessorCount, 4, 32);

    private const int MaximumPreparedStatements = 100;
    private const int CommandTimeoutSeconds = 10;
    private const int MaximumRetries = 2;
    private static readonly TimeSpan MaximumRetryDelay = TimeSpan.FromMilliseconds(500);

    public static void AddCitiesDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => CreateDataSource(builder.Configuration));
        builder.Services.AddSingleton<DatabaseHosts>();
        builder.Services.AddSingleton<Sql>();
        builder.AddCitiesDbContext(npgsql => npgsql
            .CommandTimeout(CommandTimeoutSeconds)
            .EnableRetryOnFailure(MaximumRetries, MaximumRetryDelay, errorCodesToAdd: null));
        // One pool for both.
        builder.Services.ConfigureDbContext<CitiesDbContext>((services, options) =>
            options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));
        builder.Services.AddHealthChecks().AddCheck<ImportHealthCheck>("import", timeout: TimeSpan.FromSeconds(5));
    }

    private static NpgsqlDataSource CreateDataSource(IConfiguration configuration)
    {
        var source = new NpgsqlDataSourceBuilder(ReadConnectionString(configuration).ConnectionString)
        {
            Name = CitiesDataExtensions.ConnectionName,
        };
        source.UseNetTopologySuite();
        return source.Build();
    }

    /// <summary>The connection string, with what the API wants where it says nothing else.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static NpgsqlConnectionStringBuilder ReadConnectionString(IConfiguration configuration)
    {
        var connection = new NpgsqlConnectionStringBuilder(
            configuration.GetConnectionString(CitiesDataExtensions.ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{CitiesDataExtensions.ConnectionName} is missing."));
        connection.Options = $"{SessionOptions} {connection.Options}".TrimEnd();
        // No query leaves a trace in its session.
        connection.NoResetOnClose = true;
        if (!connection.ShouldSerialize("Command Timeout"))
            connection.CommandTimeout = CommandTimeoutSeconds;
        // Statements are made of constants, so there are few, and to plan one takes as long as to run it.
        if (!connection.ShouldSerialize("Max Auto Prepare"))
            connection.MaxAutoPrepare = MaximumPreparedStatements;
        // Queries take less than a millisecond of the server's time: more at once only wait for one another, some of
        // them for long.
        if (!connection.ShouldSerialize("Maximum Pool Size"))
            connection.MaxPoolSize = MaximumConnections;
        // Of several servers those that stream from the others have the time, and answer while the others are down.
        if (connection.HasSeveralHosts() && !connection.ShouldSerialize("Target Session Attributes"))
            connection.TargetSessionAttributes = "prefer-standby";
        return connection;
    }
}

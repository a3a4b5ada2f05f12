using Cities.Api.Errors;
using Cities.Api.Http;
using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

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
    /// <remarks>
    /// A batch is one transaction. Repeatable read gives all of its statements one snapshot (<see cref="Features.Snapshots"/>).
    /// </remarks>
    private const string SessionOptions =
        @"-c jit=off -c random_page_cost=1.1 -c pg_trgm.similarity_threshold=0.25 -c default_transaction_isolation=repeatable\ read";

    /// <summary>Connections of one replica, where the connection string says nothing else.</summary>
    public static readonly int MaximumConnections = Math.Clamp(2 * Environment.ProcessorCount, 4, 32);

    private const int MaximumPreparedStatements = 100;

    /// <summary>
    /// A request may wait for the version of the data (2 s), for a connection, for its query, and until the server has been
    /// told that nobody waits any more (as long as for a connection): together that is less than a request's time, 15 s.
    /// </summary>
    private const int CommandTimeoutSeconds = 6;

    /// <inheritdoc cref="CommandTimeoutSeconds"/>
    private const int ConnectTimeoutSeconds = 3;

    /// <summary>Of several servers one that was away is left out for so long, and all of them are, when all were.</summary>
    private const int HostRecheckSeconds = 3;

    private const int MaximumRetries = 2;
    private static readonly TimeSpan MaximumRetryDelay = TimeSpan.FromMilliseconds(500);

    public static void AddCitiesDatabase(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => CreateDataSource(
            ReadConnectionString(builder.Configuration, services.GetRequiredService<IOptions<ApiOptions>>().Value)));
        builder.Services.AddSingleton<DatabaseHosts>();
        builder.Services.AddSingleton<PrimaryDatabase>();
        builder.Services.AddSingleton<Sql>();
        builder.AddCitiesDbContext(npgsql => npgsql.ExecutionStrategy(dependencies => new RetryStrategy(dependencies)));
        // One pool for both.
        builder.Services.ConfigureDbContext<CitiesDbContext>((services, options) =>
            options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));
        builder.Services.AddHealthChecks().AddCheck<ImportHealthCheck>("import", timeout: TimeSpan.FromSeconds(5));
    }

    /// <summary>Makes the source of connections that the model needs.</summary>
    /// <param name="connection">The connection string.</param>
    /// <param name="name">The name of its pool in metrics.</param>
    public static NpgsqlDataSource CreateDataSource(
        NpgsqlConnectionStringBuilder connection, string name = CitiesDataExtensions.ConnectionName)
    {
        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = name };
        source.UseNetTopologySuite();
        source.NameSpansBySummary();
        return source.Build();
    }

    /// <summary>The connection string, with what the API wants where it says nothing else.</summary>
    /// <param name="configuration">Has the connection string.</param>
    /// <param name="options">Say how long a request may take.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static NpgsqlConnectionStringBuilder ReadConnectionString(IConfiguration configuration, ApiOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(
            configuration.GetConnectionString(CitiesDataExtensions.ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{CitiesDataExtensions.ConnectionName} is missing."));
        if (!connection.ShouldSerialize("Command Timeout"))
            connection.CommandTimeout = CommandTimeoutSeconds;
        if (!connection.ShouldSerialize("Timeout"))
            connection.Timeout = ConnectTimeoutSeconds;
        // The server ends a query by itself soon after nobody waits for it, in case it could not be told. A command's time
        // is that of its first rows; the rest of a long answer comes as its client reads. 0 is no limit to both.
        var statementTimeout = connection.CommandTimeout == 0
            ? 0
            : 1 + Math.Max(connection.CommandTimeout, (int)Math.Ceiling(options.RequestTimeout.TotalSeconds));
        connection.Options = $"{SessionOptions} -c statement_timeout={statementTimeout}s {connection.Options}".TrimEnd();
        // No query leaves a trace in its session.
        connection.NoResetOnClose = true;
        // Statements are made of constants, so there are few, and to plan one takes as long as to run it.
        if (!connection.ShouldSerialize("Max Auto Prepare"))
            connection.MaxAutoPrepare = MaximumPreparedStatements;
        // Queries take less than a millisecond of the server's time: more at once only wait for one another, some of
        // them for long.
        if (!connection.ShouldSerialize("Maximum Pool Size"))
            connection.MaxPoolSize = MaximumConnections;
        if (connection.HasSeveralHosts())
        {
            connection.LimitHostChecks();
            // Those that stream from the others have the time, and answer while the others are down.
            if (!connection.ShouldSerialize("Target Session Attributes"))
                connection.TargetSessionAttributes = "prefer-standby";
            if (!connection.ShouldSerialize("Host Recheck Seconds"))
                connection.HostRecheckSeconds = HostRecheckSeconds;
        }

        return connection;
    }

    /// <summary>Has EF Core run queries again where <see cref="Sql"/> does.</summary>
    private sealed class RetryStrategy(ExecutionStrategyDependencies dependencies)
        : NpgsqlRetryingExecutionStrategy(dependencies, MaximumRetries, MaximumRetryDelay, errorCodesToAdd: null)
    {
        protected override bool ShouldRetryOn(Exception? exception) => DatabaseFailure.IsMomentary(exception);
    }
}


namespace Cities.Api.Database;

/// <summary>
/// Connects the API to the database. The settings favour an early 503 over a long wait; the connection string overrides
/// them.
/// </summary>
internal static class ApiDatabase
{
    /// <summary>
    /// <list type="bullet">
    /// <item><c>jit</c>: the costs of PostGIS' functions make the server compile queries, for ten times as long as they
    /// run.</item>
    /// <item><c>random_page_cost</c>: with the default, the server reads a whole table instead of a few rows by
    /// index.</item>
    /// <item><c>similarity_threshold</c>: with the default, a search does not find names with two letters
    /// exchanged.</item>
    /// <item><c>default_transaction_isolation</c>: a batch is one transaction; all its queries see one snapshot
    /// (<see cref="Snapshots"/>).</item>
    /// </list>
    /// </summary>
    private const string SessionOptions =
        "-c jit=off -c random_page_cost=1.1 -c pg_trgm.similarity_threshold=0.25 "
        + @"-c default_transaction_isolation=repeatable\ read";

    /// <summary>The default number of connections of one replica.</summary>
    public static readonly int MaximumConnections = Math.Clamp(2 * Environment.ProcessorCount, 4, 32);

    private const int MaximumPreparedStatements = 100;

    /// <summary>
    /// A request may wait for the version of the data (2 s), for a connection, for its query, and for the cancellation
    /// of the query (as long as for a connection). Together that is less than the timeout of a request, 15 s.
    /// </summary>
    private const int CommandTimeoutSeconds = 6;

    /// <inheritdoc cref="CommandTimeoutSeconds"/>
    private const int ConnectTimeoutSeconds = 3;

    /// <summary>How long the pool of more than one server skips a server that was unavailable.</summary>
    private const int HostRecheckSeconds = 3;

    public static void AddCitiesDatabase(this IHostApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource(
            CitiesDatabase.ConnectionName,
            settings =>
            {
                settings.ConnectionString = ReadConnectionString(builder.Configuration).ConnectionString;
                settings.DisableTracing = !builder.Configuration.ExportsTelemetry();
                settings.DisableMetrics = settings.DisableTracing && !builder.Configuration.HasPrometheus();
                // ImportHealthCheck includes the connection, and its report names no hosts.
                settings.DisableHealthChecks = true;
            },
            source =>
            {
                source.Name = CitiesDatabase.ConnectionName;
                Configure(source);
            });
        builder.Services.AddSingleton<DatabaseHosts>();
        builder.Services.AddSingleton<PrimaryDatabase>();
        builder.Services.AddSingleton<Sql>();
        builder.Services.AddSingleton<DataVersion>();
        builder.Services.AddSingleton<Snapshots>();
        builder.Services.AddSingleton<VersionedCache>();
        builder.Services.AddSingleton<Extents>();
        builder.Services.AddHealthChecks().AddCheck<ImportHealthCheck>("import", timeout: TimeSpan.FromSeconds(5));
    }

    /// <summary>Configures a source of connections.</summary>
    public static void Configure(NpgsqlDataSourceBuilder source)
    {
        source.UseNetTopologySuite();
        source.NameSpansBySummary();
    }

    /// <summary>Reads the connection string, and adds the settings that it does not have.</summary>
    /// <exception cref="InvalidOperationException">The connection string is missing.</exception>
    public static NpgsqlConnectionStringBuilder ReadConnectionString(IConfiguration configuration)
    {
        var connection = new NpgsqlConnectionStringBuilder(
            configuration.GetConnectionString(CitiesDatabase.ConnectionName)
            ?? throw new InvalidOperationException($"ConnectionStrings:{CitiesDatabase.ConnectionName} is missing."));
        if (!connection.ShouldSerialize("Command Timeout"))
            connection.CommandTimeout = CommandTimeoutSeconds;
        if (!connection.ShouldSerialize("Timeout"))
            connection.Timeout = ConnectTimeoutSeconds;
        // The server ends a query soon after its request has timed out, in case the cancellation was lost. The timeout
        // of a command is that of its first rows; a long answer arrives as its client reads. 0 means no limit for both.
        var requestTimeout = configuration.GetValue(
            $"{ApiOptions.Section}:{nameof(ApiOptions.RequestTimeout)}", ApiOptions.DefaultRequestTimeout);
        var statementTimeout = connection.CommandTimeout == 0
            ? 0
            : 1 + Math.Max(connection.CommandTimeout, (int)Math.Ceiling(requestTimeout.TotalSeconds));
        connection.Options =
            $"{SessionOptions} -c statement_timeout={statementTimeout}s {connection.Options}".TrimEnd();
        // No query changes its session.
        connection.NoResetOnClose = true;
        // There are few different statements, and to plan one takes as long as to run it.
        if (!connection.ShouldSerialize("Max Auto Prepare"))
            connection.MaxAutoPrepare = MaximumPreparedStatements;
        // A query takes less than a millisecond of the server's time: more at once would only wait for one another.
        if (!connection.ShouldSerialize("Maximum Pool Size"))
            connection.MaxPoolSize = MaximumConnections;
        if (connection.HasSeveralHosts())
        {
            connection.LimitHostChecks();
            // Standbys have free capacity, and answer while the primary is unavailable.
            if (!connection.ShouldSerialize("Target Session Attributes"))
                connection.TargetSessionAttributes = "prefer-standby";
            if (!connection.ShouldSerialize("Host Recheck Seconds"))
                connection.HostRecheckSeconds = HostRecheckSeconds;
        }

        return connection;
    }
}

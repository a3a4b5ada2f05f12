
namespace Cities.Api.Database;

/// <summary>
/// Connects to each server of the connection string separately. Each standby has its own lag behind the primary, so
/// each server can have a different version of the data.
/// </summary>
internal sealed class DatabaseHosts : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _own = [];

    /// <param name="dataSource">
    /// The data source of the API. With one server, it is also the source for that server.
    /// </param>
    /// <param name="configuration">The configuration with the connection string.</param>
    public DatabaseHosts(NpgsqlDataSource dataSource, IConfiguration configuration)
    {
        var connection = ApiDatabase.ReadConnectionString(configuration);
        if (connection.HasSeveralHosts())
        {
            _own.AddRange(connection.Host!.Split(',', StringSplitOptions.TrimEntries)
                .Select(host => Connect(connection, host)));
        }

        DataSources = _own is [] ? [dataSource] : _own;
    }

    /// <summary>The data sources, one for each server.</summary>
    public IReadOnlyList<NpgsqlDataSource> DataSources { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _own)
            await source.DisposeAsync();
    }

    private static NpgsqlDataSource Connect(NpgsqlConnectionStringBuilder connection, string host)
    {
        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = host };
        source.ConnectionStringBuilder.Host = host;
        source.ConnectionStringBuilder.TargetSessionAttributes = null;
        source.ConnectionStringBuilder.LoadBalanceHosts = false;
        // One connection is enough for the queries for the version.
        source.ConnectionStringBuilder.MinPoolSize = 0;
        source.ConnectionStringBuilder.MaxPoolSize = 1;
        return source.Build();
    }
}

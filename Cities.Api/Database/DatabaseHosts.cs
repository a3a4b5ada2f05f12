
namespace Cities.Api.Database;

/// <summary>
/// The servers that the connection string names, one by one: standbys lag behind their primary, each by as much as it does,
/// so which import's data there is can be asked of each only.
/// </summary>
internal sealed class DatabaseHosts : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _own = [];

    /// <param name="dataSource">What all queries go through; where there is one server, the only one.</param>
    /// <param name="configuration">Has the connection string.</param>
    public DatabaseHosts(NpgsqlDataSource dataSource, IConfiguration configuration)
    {
        var connection = ApiDatabase.ReadConnectionString(configuration);
        if (connection.HasSeveralHosts())
            _own.AddRange(connection.Host!.Split(',', StringSplitOptions.TrimEntries).Select(host => Connect(connection, host)));
        DataSources = _own is [] ? [dataSource] : _own;
    }

    /// <summary>A source of connections to each.</summary>
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
        // For a query now and then.
        source.ConnectionStringBuilder.MinPoolSize = 0;
        source.ConnectionStringBuilder.MaxPoolSize = 1;
        return source.Build();
    }
}

using Cities.Api.Http;
using Cities.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Cities.Api;

/// <summary>
/// The servers that the connection string names, one by one: standbys lag behind their primary, each by as much as it does,
/// so which import's data there is can be asked of each only.
/// </summary>
internal sealed class DatabaseHosts : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _own = [];

    /// <param name="dataSource">What all queries go through; where there is one server, the only one.</param>
    /// <param name="configuration">Has the connection string.</param>
    /// <param name="options">Say how long a request may take.</param>
    public DatabaseHosts(NpgsqlDataSource dataSource, IConfiguration configuration, IOptions<ApiOptions> options)
    {
        var connection = ApiDatabase.ReadConnectionString(configuration, options.Value);
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

using System.Data;
using System.Security.Claims;

namespace Cities.Api.Database;

/// <summary>
/// The server that accepts writes. Administrators read from it too: standbys, which all other requests read from, lag
/// behind it.
/// </summary>
internal sealed class PrimaryDatabase : IAsyncDisposable
{
    /// <summary>Few clients write, and none of them for long.</summary>
    private const int MaximumConnections = 4;

    private readonly NpgsqlDataSource? _own;
    private readonly NpgsqlDataSource _dataSource;

    /// <param name="dataSource">
    /// The source of connections for reads, and for writes if there is one server only.
    /// </param>
    /// <param name="configuration">Has the connection string.</param>
    public PrimaryDatabase(NpgsqlDataSource dataSource, IConfiguration configuration)
    {
        var connection = ApiDatabase.ReadConnectionString(configuration);
        if (connection.HasSeveralHosts())
        {
            // Not read-write: the sessions of the API's role are read-only by default, so that it would find no server.
            connection.TargetSessionAttributes = "primary";
            connection.LoadBalanceHosts = false;
            connection.MinPoolSize = 0;
            connection.MaxPoolSize = MaximumConnections;
            var source = new NpgsqlDataSourceBuilder(connection.ConnectionString) { Name = "primary" };
            ApiDatabase.Configure(source);
            _own = source.Build();
        }

        _dataSource = _own ?? dataSource;
        Sql = new Sql(_dataSource);
    }

    /// <summary>Runs queries.</summary>
    public Sql Sql { get; }

    /// <summary>Writes in a transaction. An exception rolls it back.</summary>
    /// <param name="client">
    /// The client. Its name and issuer are for the audit log (<c>administration.actor()</c>, <c>audit_log.issuer</c>).
    /// </param>
    /// <param name="write">Writes. It runs once: an attempt that failed may have been committed.</param>
    /// <param name="cancellationToken">Rolls the transaction back.</param>
    /// <exception cref="NpgsqlException">The server is unavailable, or rejects a statement.</exception>
    public async Task<T> WriteAsync<T>(
        ClaimsPrincipal client,
        Func<WriteTransaction, CancellationToken, Task<T>> write,
        CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.ReadCommitted, cancellationToken);
        var statements = new WriteTransaction(connection);
        await statements.ExecuteAsync($"SET TRANSACTION READ WRITE", cancellationToken);
        await statements.ExecuteAsync(
            $"""
            SELECT set_config('cities.actor', {client.Identity!.Name!}, true),
              set_config('cities.issuer', {client.GetIssuer() ?? ""}, true)
            """,
            cancellationToken);
        var result = await write(statements, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? default;
}

/// <summary>Runs statements in the transaction of <see cref="PrimaryDatabase.WriteAsync"/>.</summary>
internal sealed class WriteTransaction(NpgsqlConnection connection) : ISqlReader
{
    public async ValueTask<NpgsqlDataReader> OpenAsync(
        IReadOnlyList<SqlText> queries, CancellationToken cancellationToken) =>
        await connection.CreateBatch().Add(queries).ExecuteReaderAsync(cancellationToken);

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that the statement changed.</returns>
    public async Task<int> ExecuteAsync(SqlText statement, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch().Add([statement]);
        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query.</summary>
    /// <returns>The first column of its first row, or the default value if there is no row or the value is
    /// null.</returns>
    public async Task<T?> ScalarAsync<T>(SqlText query, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch().Add([query]);
        return await batch.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }
}

using System.Data;
using Cities.Api.Http;
using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Cities.Api;

/// <summary>
/// The server that is written to. Who writes reads there too: standbys, which all else is read from, have it only later.
/// </summary>
internal sealed class PrimaryDatabase : IAsyncDisposable
{
    /// <summary>Few write, and none of them for long.</summary>
    private const int MaximumConnections = 4;

    private readonly NpgsqlDataSource? _own;
    private readonly DbContextOptions<CitiesDbContext> _options;

    /// <param name="dataSource">What is read from; where there is one server, it is written to as well.</param>
    /// <param name="model">The options of contexts that read.</param>
    /// <param name="configuration">Has the connection string.</param>
    /// <param name="options">Say how long a request may take.</param>
    public PrimaryDatabase(
        NpgsqlDataSource dataSource, DbContextOptions<CitiesDbContext> model, IConfiguration configuration, IOptions<ApiOptions> options)
    {
        var connection = ApiDatabase.ReadConnectionString(configuration, options.Value);
        if (connection.HasSeveralHosts())
        {
            // Not read-write: by that the API's role, whose sessions only read unless they say otherwise, would find none.
            connection.TargetSessionAttributes = "primary";
            connection.LoadBalanceHosts = false;
            connection.MinPoolSize = 0;
            connection.MaxPoolSize = MaximumConnections;
            _own = ApiDatabase.CreateDataSource(connection, "primary");
        }

        // What has been written, for all one knows, is not to be written again.
        _options = new DbContextOptionsBuilder<CitiesDbContext>(model)
            .UseNpgsql(
                _own ?? dataSource,
                npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
            .Options;
    }

    /// <summary>Opens a context that reads what has been written.</summary>
    public CitiesDbContext CreateContext() => new(_options);

    /// <summary>Writes in a transaction, which is committed unless an exception is thrown.</summary>
    /// <param name="actor">Who writes; the audit log has it (<c>administration.actor()</c>).</param>
    /// <param name="write">Writes; the context is in the transaction.</param>
    /// <param name="cancellationToken">Ends it, and nothing is written.</param>
    /// <exception cref="NpgsqlException">The server is away, or refuses it.</exception>
    public async Task<T> WriteAsync<T>(
        string actor, Func<CitiesDbContext, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var context = CreateContext();
        await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await context.Database.ExecuteSqlAsync(
            $"SET TRANSACTION READ WRITE; SELECT set_config('cities.actor', {actor}, true)", cancellationToken);
        var result = await write(context, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? default;
}

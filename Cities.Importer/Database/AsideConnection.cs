using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// The connection that builds a table aside (<see cref="FreshTables"/>). What it has built and committed goes with it, unless
/// that has been put in place: so it has to outlast the import's transaction, whose locks would be in the way.
/// </summary>
/// <param name="connection">The connection of the import.</param>
internal sealed class AsideConnection(NpgsqlConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan DropTimeout = TimeSpan.FromSeconds(2);

    // Once open, a connection has no password in its connection string any more; a clone has it.
    private readonly NpgsqlConnection _connection = (NpgsqlConnection)((ICloneable)connection).Clone();

    /// <summary>Whether there is nothing that would have to go.</summary>
    public bool IsInPlace { get; set; } = true;

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _connection.OpenAsync(cancellationToken);
        IsInPlace = false;
        await _connection.EndWithProcessAsync(cancellationToken);
        return _connection;
    }

    /// <summary>Drops what was built, if the server lets us; the next import does it otherwise.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = _connection;
        if (IsInPlace)
            return;
        using var timeout = new CancellationTokenSource(DropTimeout);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(timeout.Token);
            // An import that has been waiting for this one builds there itself by now.
            if (await ImportLock.TryTakeAsync(connection, timeout.Token))
                await FreshTables.DropAsideAsync(connection, timeout.Token);
            await transaction.CommitAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or InvalidOperationException)
        {
        }
    }
}

using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// The second connection of an import, which builds and commits a table in a schema of its own
/// (<see cref="FreshTables"/>). If the import fails, it drops that schema. It must outlive the transaction of the
/// import, whose locks would block the drop.
/// </summary>
/// <param name="connection">The connection of the import.</param>
internal sealed class AsideConnection(NpgsqlConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan DropTimeout = TimeSpan.FromSeconds(2);

    // An open connection removes the password from its connection string. A clone keeps it.
    private readonly NpgsqlConnection _connection = (NpgsqlConnection)((ICloneable)connection).Clone();

    /// <summary>Whether the schema does not exist, or its table has replaced the empty one.</summary>
    public bool IsInPlace { get; set; } = true;

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _connection.OpenAsync(cancellationToken);
        IsInPlace = false;
        await _connection.EndWithProcessAsync(cancellationToken);
        return _connection;
    }

    /// <summary>Drops the schema. If that fails, the next import drops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = _connection;
        if (IsInPlace)
            return;
        using var timeout = new CancellationTokenSource(DropTimeout);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(timeout.Token);
            // If an import was waiting for this one, it now uses the schema itself.
            if (await ImportLock.TryTakeAsync(connection, timeout.Token))
                await FreshTables.DropAsideAsync(connection, timeout.Token);
            await transaction.CommitAsync(timeout.Token);
        }
        catch (Exception exception)
            when (exception is NpgsqlException or OperationCanceledException or InvalidOperationException)
        {
        }
    }
}

using System.Runtime.CompilerServices;
using Npgsql;

namespace Cities.Importer.Database;

internal static class NpgsqlConnectionExtensions
{
    /// <summary>
    /// Timeout of a statement. It is long, because the duration of the statements of an import depends on the amount of
    /// data.
    /// </summary>
    private const int StatementTimeoutSeconds = 3600;

    /// <summary>Runs a statement with positional parameters.</summary>
    /// <returns>The number of rows affected.</returns>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, object[]? parameters = null)
    {
        await using var command = connection.CreateCommand(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query with positional parameters.</summary>
    /// <returns>The first column of the first row.</returns>
    public static async Task<T?> ScalarAsync<T>(
        this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, object[]? parameters = null)
    {
        await using var command = connection.CreateCommand(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }

    /// <summary>Runs a query with positional parameters.</summary>
    /// <param name="connection">The connection. It cannot run another statement until all rows are read.</param>
    /// <param name="sql">The query.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <param name="parameters">The parameters, or null.</param>
    public static async IAsyncEnumerable<T> QueryAsync<T>(
        this NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancellationToken,
        object[]? parameters = null)
    {
        await using var command = connection.CreateCommand(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            yield return read(reader);
    }

    /// <summary>
    /// Makes the server end the session soon after the process has ended, even during a statement. Otherwise the next
    /// import would wait for the locks of the session. PostgreSQL supports the setting since version 14, but not on all
    /// operating systems.
    /// </summary>
    public static async Task EndWithProcessAsync(this NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync("SET client_connection_check_interval = '2s'", cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidParameterValue)
        {
        }
    }

    // The importer builds SQL from constants only. Values are passed as parameters.
#pragma warning disable CA2100
    private static NpgsqlCommand CreateCommand(this NpgsqlConnection connection, string sql, object[]? parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = StatementTimeoutSeconds;
        foreach (var parameter in parameters ?? [])
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
#pragma warning restore CA2100
}

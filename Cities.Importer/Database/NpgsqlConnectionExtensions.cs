using Npgsql;

namespace Cities.Importer.Database;

internal static class NpgsqlConnectionExtensions
{
    /// <summary>Bound on one statement; the statements of an import grow with the data, so it is a wide one.</summary>
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

    // The SQL of the importer is made of constants; values travel as parameters.
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

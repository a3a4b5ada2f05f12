using Npgsql;

namespace Cities.Data;

/// <summary>The database and the servers that its connection string names.</summary>
public static class CitiesDatabase
{
    /// <summary>Name of the connection string, and of the database resource in the AppHost.</summary>
    public const string ConnectionName = "citiesdb";

    /// <summary>
    /// Name of the API's connection string in the configuration of the importer, which creates its user. The API itself
    /// has it as <see cref="ConnectionName"/>.
    /// </summary>
    public const string ApiConnectionName = "apidb";

    /// <summary>
    /// Whether a connection string names more than one server: a primary, and standbys that replicate it.
    /// </summary>
    /// <param name="connection">The connection string.</param>
    public static bool HasSeveralHosts(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Host?.Contains(',', StringComparison.Ordinal) == true;
    }

    /// <summary>
    /// Makes Npgsql give up a server that hangs if there are others. Npgsql asks a server for its role within the
    /// remaining whole seconds of <c>Timeout</c>. Of one second none remain, which Npgsql takes for no limit.
    /// </summary>
    /// <param name="connection">The connection string of several servers. A <c>Timeout</c> of 1 s becomes 2 s.</param>
    public static void LimitHostChecks(this NpgsqlConnectionStringBuilder connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.Timeout == 1)
            connection.Timeout = 2;
    }
}

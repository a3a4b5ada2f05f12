using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Cities.Api.Errors;

/// <summary>Tells a database that is away, or not ready yet, from a fault of ours.</summary>
internal static class DatabaseFailure
{
    /// <summary>Whether the exception, or one inside it, says that the database cannot answer now.</summary>
    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName } => true,
        PostgresException postgres => postgres.IsTransient,
        // Refused, unreachable, broken off, timed out, pool exhausted, or no such host.
        NpgsqlException or RetryLimitExceededException => true,
        System.Net.Sockets.SocketException => true,
        _ => Is(exception.InnerException),
    };
}

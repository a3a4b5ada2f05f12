using System.Net.Sockets;

namespace Cities.Api.Database;

/// <summary>Distinguishes a database that is unavailable, or not ready yet, from an error of the API.</summary>
internal static class DatabaseFailure
{
    /// <summary>Whether the exception, or one inside it, means that the database cannot answer now.</summary>
    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName
                or PostgresErrorCodes.QueryCanceled
                // The password has been changed, or the server rejects the API.
                or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
                // The importer has not given the API's role its permissions yet.
                or PostgresErrorCodes.InsufficientPrivilege,
        } => true,
        PostgresException postgres => postgres.IsTransient,
        // Refused, unreachable, broken, timed out, no free connection in the pool, or an unknown host.
        NpgsqlException or SocketException => true,
        _ => Is(exception.InnerException),
    };

    /// <summary>Whether a query was cancelled because it took too long.</summary>
    public static bool IsTimeout(Exception? exception) => exception switch
    {
        null => false,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => true,
        NpgsqlException { InnerException: TimeoutException } => true,
        _ => IsTimeout(exception.InnerException),
    };

    /// <summary>
    /// Whether a second attempt makes sense: connections break, and servers restart. Not after a timeout: no time is
    /// left for a second attempt.
    /// </summary>
    public static bool IsMomentary(Exception? exception) =>
        exception is NpgsqlException { IsTransient: true, InnerException: not TimeoutException };
}

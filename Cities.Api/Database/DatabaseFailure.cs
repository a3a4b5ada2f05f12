
namespace Cities.Api.Database;

/// <summary>Tells a database that is away, or not ready yet, from a fault of ours.</summary>
internal static class DatabaseFailure
{
    /// <summary>Whether the exception, or one inside it, says that the database cannot answer now.</summary>
    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        PostgresException
        {
            SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.QueryCanceled
                // A password that has been changed, or a server that lets the API in no more.
                or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification,
        } => true,
        PostgresException postgres => postgres.IsTransient,
        // Refused, unreachable, broken off, timed out, pool exhausted, or no such host.
        NpgsqlException => true,
        System.Net.Sockets.SocketException => true,
        _ => Is(exception.InnerException),
    };

    /// <summary>Whether the exception, or one inside it, says that another transaction has not let go of what this one waited for.</summary>
    public static bool IsLocked(Exception exception) =>
        exception.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>
    /// Whether it is worth asking again: connections break, and servers restart. Not where time is up: who did not answer in
    /// time will not do so now, and there is no time left for it.
    /// </summary>
    public static bool IsMomentary(Exception? exception) =>
        exception is NpgsqlException { IsTransient: true, InnerException: not TimeoutException };
}

using System.Net.Sockets;
using Npgsql;

namespace Cities.Data;

/// <summary>Classifies errors of PostgreSQL and of connections to it.</summary>
public static class PostgresErrors
{
    /// <summary>
    /// Whether the server cannot be reached, the connection is broken or timed out, or the server cannot answer at
    /// present. The same operation can succeed later. Only the exception and the one directly inside it are examined.
    /// </summary>
    /// <param name="exception">The exception.</param>
    public static bool IsTransient(Exception? exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException or SocketException
        || exception?.InnerException is SocketException or EndOfStreamException;

    /// <summary>
    /// Whether the server rejects or ends the session for a reason that persists: a wrong password, role, database or
    /// setting.
    /// </summary>
    /// <param name="exception">The error.</param>
    public static bool IsRefusal(PostgresException exception) =>
        exception is { InvariantSeverity: "FATAL", IsTransient: false };

    /// <summary>
    /// Whether the server is out of disk space or memory (SQLSTATE class 53), or has a system error (58) or an internal
    /// error (XX). A file that exceeds a size limit or a quota is an internal error.
    /// </summary>
    /// <param name="exception">The error.</param>
    public static bool IsServerFailure(PostgresException exception) =>
        exception is { SqlState: ['5', '3' or '8', ..] or ['X', 'X', ..] };

    /// <summary>Whether a statement did not get a lock within <c>lock_timeout</c>.</summary>
    /// <param name="exception">The exception. Exceptions inside it are examined too.</param>
    public static bool IsLockTimeout(Exception? exception) =>
        exception?.GetBaseException() is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };
}

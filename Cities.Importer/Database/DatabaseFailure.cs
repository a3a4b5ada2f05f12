using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>Tells a database that is away, closed to us or out of space from a fault of ours.</summary>
internal static class DatabaseFailure
{
    /// <summary>What an exception says of the database, for whoever runs the command; null if it is about something else.</summary>
    public static string? Describe(Exception exception) =>
        Find(exception, IsServerFailure) is { } failure ? $"The database failed: {failure.MessageText} ({failure.SqlState}). Nothing was changed."
        : IsUnavailable(exception) ? $"The database cannot be reached: {exception.Message}"
        : Find(exception, IsRefusal) is { } refusal ? $"The database refuses the connection: {refusal.MessageText} ({refusal.SqlState})."
        : null;

    /// <summary>Whether the database is away, or not there yet, rather than at odds with what it was asked.</summary>
    public static bool IsUnavailable(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException
        || exception.InnerException is SocketException or EndOfStreamException
        || (Unwrap(exception) is { } inner && IsUnavailable(inner));

    /// <summary>
    /// What says that the server is out of space or memory (class 53), or that its system or itself failed (58, XX): a file
    /// that outgrows a limit or a quota is among the latter.
    /// </summary>
    private static bool IsServerFailure(PostgresException exception) =>
        exception is { SqlState: ['5', '3' or '8', ..] or ['X', 'X', ..] };

    /// <summary>What ends a session and does not pass: a password, a name or an option that is wrong.</summary>
    private static bool IsRefusal(PostgresException exception) => exception is { InvariantSeverity: "FATAL", IsTransient: false };

    private static PostgresException? Find(Exception exception, Func<PostgresException, bool> isIt) =>
        exception is PostgresException found && isIt(found) ? found
        : Unwrap(exception) is { } inner ? Find(inner, isIt)
        : null;

    /// <summary>What EF Core has wrapped, or null.</summary>
    private static Exception? Unwrap(Exception exception) =>
        exception is InvalidOperationException or DbUpdateException ? exception.InnerException : null;
}

using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>Tells a database that is away, or out of space, from a fault of ours.</summary>
internal static class DatabaseFailure
{
    /// <summary>What an exception says of the database, for whoever runs the command; null if it is about something else.</summary>
    public static string? Describe(Exception exception) =>
        FindServerFailure(exception) is { } failure ? $"The database failed: {failure.MessageText} ({failure.SqlState}). Nothing was changed."
        : IsUnavailable(exception) ? $"The database cannot be reached: {exception.Message}"
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
    private static PostgresException? FindServerFailure(Exception exception) =>
        exception is PostgresException { SqlState: ['5', '3' or '8', ..] or ['X', 'X', ..] } failure ? failure
        : Unwrap(exception) is { } inner ? FindServerFailure(inner)
        : null;

    /// <summary>What EF Core has wrapped, or null.</summary>
    private static Exception? Unwrap(Exception exception) =>
        exception is InvalidOperationException or DbUpdateException ? exception.InnerException : null;
}

using Cities.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>Distinguishes failures of the database, or of the connection to it, from errors of the importer.</summary>
internal static class DatabaseFailure
{
    /// <summary>Describes a failure of the database to the user of the command.</summary>
    /// <returns>The message, or null if the exception has another cause.</returns>
    public static string? Describe(Exception exception) =>
        Find(exception, PostgresErrors.IsServerFailure) is { } failure
            ? $"The database failed: {failure.MessageText} ({failure.SqlState}). Nothing was changed."
        : IsUnavailable(exception) ? $"The database cannot be reached: {exception.Clause()}."
        : Find(exception, PostgresErrors.IsRefusal) is { } refusal
            ? $"The database refuses the connection: {refusal.MessageText} ({refusal.SqlState})."
        : null;

    /// <summary>Whether the database is unavailable or still starting. False if it rejected a statement.</summary>
    public static bool IsUnavailable(Exception exception) =>
        PostgresErrors.IsTransient(exception) || (Unwrap(exception) is { } inner && IsUnavailable(inner));

    private static PostgresException? Find(Exception exception, Func<PostgresException, bool> predicate) =>
        exception is PostgresException found && predicate(found) ? found
        : Unwrap(exception) is { } inner ? Find(inner, predicate)
        : null;

    /// <summary>The exception that EF Core has wrapped, or null.</summary>
    private static Exception? Unwrap(Exception exception) =>
        exception is InvalidOperationException or DbUpdateException ? exception.InnerException : null;
}

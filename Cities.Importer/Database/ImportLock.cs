using System.Diagnostics;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// The lock that lets only one importer change a database: an advisory lock until the end of the transaction.
/// </summary>
internal static partial class ImportLock
{
    /// <summary>The key of the lock: "cities" in ASCII. All versions of the importer must use the same key.</summary>
    private const long Key = 0x636974696573;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Takes the lock, and waits until another importer releases it.</summary>
    /// <exception cref="ImportException">The other importer has not released the lock in time.</exception>
    public static async Task TakeAsync(
        NpgsqlConnection connection, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        var waiting = false;
        while (!await TryTakeAsync(connection, cancellationToken))
        {
            if (waited.Elapsed >= timeout)
            {
                throw new ImportException(
                    ExitCode.Locked,
                    $"Another importer is working on this database and did not end within {timeout.TotalSeconds:0} s.");
            }

            if (!waiting)
                LogWaiting(logger, timeout);
            waiting = true;
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Takes the lock if no other importer holds it.</summary>
    public static Task<bool> TryTakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>("SELECT pg_try_advisory_xact_lock($1)", cancellationToken, [Key]);

    [LoggerMessage(
        LogLevel.Information, "Another importer is working on this database. This one waits up to {Timeout}.")]
    private static partial void LogWaiting(ILogger logger, TimeSpan timeout);
}

using Npgsql;

namespace Cities.Importer.Database;

/// <summary>Lets one importer at a time change a database: an advisory lock that ends with the transaction.</summary>
internal static partial class ImportLock
{
    /// <summary>Any number will do, as long as it stays the same: "cities" in ASCII.</summary>
    private const long Key = 0x636974696573;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Takes the lock, waiting for another importer to end.</summary>
    /// <exception cref="ImportException">The other importer has not ended in time.</exception>
    public static async Task TakeAsync(
        NpgsqlConnection connection, TimeSpan timeout, ILogger logger, CancellationToken cancellationToken)
    {
        var deadline = DateTimeOffset.UtcNow + timeout;
        var waiting = false;
        while (!await TryTakeAsync(connection, cancellationToken))
        {
            if (DateTimeOffset.UtcNow >= deadline)
            {
                throw new ImportException(
                    ExitCode.Locked,
                    $"Another importer is working on this database, and had not ended after {timeout.TotalSeconds:0} s.");
            }

            if (!waiting)
                LogWaiting(logger, timeout);
            waiting = true;
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>Takes the lock, unless another importer has it.</summary>
    public static Task<bool> TryTakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>("SELECT pg_try_advisory_xact_lock($1)", cancellationToken, [Key]);

    [LoggerMessage(LogLevel.Information, "Another importer is working on this database; waiting up to {Timeout} for it.")]
    private static partial void LogWaiting(ILogger logger, TimeSpan timeout);
}

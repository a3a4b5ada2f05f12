using System.Diagnostics;
using Cities.Data;
using Cities.Importer.Progress;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using OpenTelemetry;

namespace Cities.Importer.Database;

/// <summary>Migrates the database, and waits for it to become available.</summary>
internal sealed partial class Migrator(
    CitiesDbContext context, ImportOptions options, IImportProgress progress, ILogger<Migrator> logger)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Migrates the database. Waits for the database and for other importers up to the timeouts in the options.
    /// </summary>
    /// <exception cref="ImportException">
    /// Another importer has not ended in time, or a dry run needs a migration.
    /// </exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var phase = progress.Begin("Migrating");
        // Migrations run many statements. Statements before the database exists would be errors in the trace.
        using var untraced = SuppressInstrumentationScope.Begin();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await IsPendingAsync(cancellationToken))
                {
                    if (options.DryRun)
                    {
                        throw new ImportException(
                            ExitCode.Failure,
                            "The database has to be migrated first, which a dry run does not do. Run the importer once "
                            + $"without {CommandLine.NameOf(nameof(ImportOptions.DryRun))}.");
                    }

                    await MigrateAloneAsync(cancellationToken);
                }

                phase.Complete();
                return;
            }
            catch (Exception exception)
                when (DatabaseFailure.IsUnavailable(exception) && waited.Elapsed < options.DatabaseTimeout)
            {
                LogWaiting(exception.Clause());
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Migrates while no other importer migrates or imports. The lock of EF Core is not sufficient: it ends with the
    /// transaction of each migration, and the next holder does not check again which migrations are applied.
    /// </summary>
    private async Task MigrateAloneAsync(CancellationToken cancellationToken)
    {
        await EnsureDatabaseAsync(cancellationToken);
        await using var connection = (NpgsqlConnection)((ICloneable)context.Database.GetDbConnection()).Clone();
        await connection.OpenAsync(cancellationToken);
        // The end of the transaction releases the lock.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ImportLock.TakeAsync(connection, options.LockTimeout, logger, cancellationToken);
        if (await IsPendingAsync(cancellationToken))
            await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>MigrateAsync compares the models even if no migration is pending, which takes time.</summary>
    private async Task<bool> IsPendingAsync(CancellationToken cancellationToken) =>
        (await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any();

    private async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(cancellationToken))
            return;
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another importer has created it.
        }
    }

    [LoggerMessage(LogLevel.Information, "The database does not answer yet ({Problem}). The importer waits.")]
    private partial void LogWaiting(string problem);
}

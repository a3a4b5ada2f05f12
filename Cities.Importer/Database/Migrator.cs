using System.Diagnostics;
using Cities.Data;
using Cities.Importer.Progress;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using OpenTelemetry;

namespace Cities.Importer.Database;

/// <summary>Brings the database to the model's state, waiting for one that is still starting.</summary>
internal sealed partial class Migrator(
    CitiesDbContext context, ImportOptions options, IImportProgress progress, ILogger<Migrator> logger)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Migrates, and waits for the database, and for another importer, for as long as the options say.</summary>
    /// <exception cref="ImportException">Another importer has not ended in time.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var phase = progress.Begin("Migrating");
        // Statements of migrations are many, and those that find no database yet would be errors in the trace.
        using var untraced = SuppressInstrumentationScope.Begin();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await IsPendingAsync(cancellationToken))
                    await MigrateAloneAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception) && waited.Elapsed < options.DatabaseTimeout)
            {
                LogWaiting(exception.Message);
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Migrates while no other importer migrates or imports. EF Core's own lock does not do: it ends with each migration's
    /// transaction, and who takes it next does not look again at what has been applied.
    /// </summary>
    private async Task MigrateAloneAsync(CancellationToken cancellationToken)
    {
        await EnsureDatabaseAsync(cancellationToken);
        await using var connection = (NpgsqlConnection)((ICloneable)context.Database.GetDbConnection()).Clone();
        await connection.OpenAsync(cancellationToken);
        // Its end is the lock's.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ImportLock.TakeAsync(connection, options.LockTimeout, logger, cancellationToken);
        if (await IsPendingAsync(cancellationToken))
            await context.Database.MigrateAsync(cancellationToken);
    }

    /// <summary>Migrating when there is nothing to migrate compares models all the same, which takes its time.</summary>
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
            // Another importer was faster.
        }
    }

    [LoggerMessage(LogLevel.Information, "The database does not answer yet ({Problem}); waiting.")]
    private partial void LogWaiting(string problem);
}

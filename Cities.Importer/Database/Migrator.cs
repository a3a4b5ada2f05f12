using System.Diagnostics;
using Cities.Data;
using Cities.Importer.Progress;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Database;

/// <summary>Brings the database to the model's state, waiting for one that is still starting.</summary>
internal sealed partial class Migrator(
    CitiesDbContext context, ImportOptions options, IImportProgress progress, ILogger<Migrator> logger)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Migrates, and waits for the database for as long as the options say.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        using var phase = progress.Begin("Migrating");
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // Migrating when there is nothing to migrate compares models all the same, which takes its time.
                if ((await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                    await context.Database.MigrateAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (DatabaseFailure.IsUnavailable(exception) && waited.Elapsed < options.DatabaseTimeout)
            {
                LogWaiting(exception.Message);
                await Task.Delay(PollInterval, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The database does not answer yet ({Problem}); waiting.")]
    private partial void LogWaiting(string problem);
}

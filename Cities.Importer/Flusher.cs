using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Npgsql;

namespace Cities.Importer;

/// <summary>Deletes all data of some kinds, and of the kinds that depend on them.</summary>
internal sealed class Flusher(
    CitiesDbContext context, ImportOptions options, IImportProgress progress, ILogger<Flusher> logger)
{
    /// <summary>Deletes the data of the kinds in the options, in one transaction.</summary>
    /// <exception cref="ImportException">Another import is running.</exception>
    public async Task<ImportRun> FlushAsync(CancellationToken cancellationToken)
    {
        var run = options.CreateRun(ImportOperation.Flush, source: null);
        try
        {
            await using var transaction = await ImportTransaction.BeginAsync(
                context, options, logger, cancellationToken);
            var connection = transaction.Connection;
            var kinds = WithDependents(DataKindNames.Parse(options.Flush!));
            run.Kinds = kinds.ToNames();
            await Corrections.LockAsync(connection, cancellationToken);
            foreach (var (_, table) in Tables.All.Reverse().Where(each => kinds.HasFlag(each.Kind)))
                run.Tables.Add(await EmptyAsync(connection, table, cancellationToken));
            await DistrictCities.ForgetGoneAsync(connection, cancellationToken);
            await connection.ExecuteAsync(OrphanedNames.DeleteFrom(AlternateNamesFile.Table.Name), cancellationToken);
            await transaction.CommitAsync(run, progress, cancellationToken);
            return run;
        }
        catch (Exception exception)
        {
            await ImportTransaction.RecordFailureAsync(context, options, run, exception, cancellationToken);
            throw;
        }
    }

    /// <summary>All other kinds of data depend on the countries.</summary>
    private static DataKinds WithDependents(DataKinds kinds) =>
        kinds.HasFlag(DataKinds.Country) ? DataKinds.All : kinds;

    private async Task<ImportedTable> EmptyAsync(
        NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        using var phase = progress.Begin($"Emptying {table.Name}");
        // Not TRUNCATE: it blocks readers, and transactions with an older snapshot would see an empty table.
        var deleted = await connection.ExecuteAsync($"DELETE FROM {table.Name}", cancellationToken);
        phase.Complete();
        return new ImportedTable { Name = table.Name, Deleted = deleted };
    }
}

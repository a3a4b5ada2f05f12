using System.Runtime.ExceptionServices;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// Copies files into the database and merges them into the tables. If the table of postal codes is rebuilt, a second
/// connection builds it in parallel, because no other table refers to it.
/// </summary>
/// <param name="connection">The connection of the import's transaction.</param>
/// <param name="aside">The connection that builds the postal codes.</param>
/// <param name="plan">The plan of the import.</param>
/// <param name="files">The files; null for a file that the source does not have.</param>
/// <param name="districts">Stores the districts while the cities are copied.</param>
/// <param name="listedNames">Stores the names that come with the places.</param>
/// <param name="rejects">Receives the malformed rows.</param>
/// <param name="run">The record of the run.</param>
/// <param name="loader">Loads a file.</param>
/// <param name="options">The options of the import.</param>
/// <param name="progress">Reports the phases.</param>
/// <param name="logger">Logs rows that are left out.</param>
internal sealed partial class Merge(
    NpgsqlConnection connection,
    AsideConnection aside,
    ImportPlan plan,
    IReadOnlyList<(PlannedFile Plan, SourceFile? File)> files,
    SpooledRows districts,
    SpooledRows listedNames,
    Rejects rejects,
    ImportRun run,
    FileLoader loader,
    ImportOptions options,
    IImportProgress progress,
    ILogger logger)
{
    /// <summary>The kinds whose rows are referred to by code.</summary>
    private const DataKinds Divisions = DataKinds.Country | DataKinds.Region | DataKinds.Subregion;

    private readonly TableLoads _loads = new(connection, options.MaximumDeletedShare);
    private FreshTables _fresh = null!;
    private bool _loadsListedNames;

    /// <summary>Runs the import up to the commit.</summary>
    /// <exception cref="ImportException">A file is damaged, or too many of its rows are malformed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A kind is not changed if the source has none of its files.
        var kinds = files
            .Where(file => file.File is not null)
            .Aggregate(DataKinds.None, (all, file) => all | file.Plan.Kind)
            | (options.KindFlags & (DataKinds.City | DataKinds.District));
        run.Kinds = kinds.ToNames();
        _loadsListedNames = kinds.HasFlag(DataKinds.City)
            && !kinds.HasFlag(DataKinds.AlternativeName)
            && await AreNamesMissingAsync(cancellationToken);
        var tables = Tables.All
            .Where(each => kinds.HasFlag(each.Kind) || (_loadsListedNames && each.Table == AlternateNamesFile.Table))
            .Select(each => each.Table)
            .ToArray();
        // The second connection commits, which a dry run never does.
        var builtAside = options.DryRun ? null : PostalCodesFile.Table;
        _fresh = await FreshTables.CreateAsync(connection, tables, builtAside, cancellationToken);
        await CopyAndMergeAsync(tables, kinds, cancellationToken);
        run.Tables = [.. _loads.Changes];
    }

    /// <summary>
    /// Whether alternateNamesV2 has not been imported for the countries, so that names without a language help.
    /// </summary>
    private async Task<bool> AreNamesMissingAsync(CancellationToken cancellationToken)
    {
        if (!new NameLanguages(options.LanguageCodes).Includes([]))
            return false;
        var isScoped = options.CountryCodes is not [];
        var names =
            $"""
            SELECT FROM {AlternateNamesFile.Table.Name} existing
            WHERE {Corrections.AreFromGeoNames} AND {(isScoped ? AlternateNamesFile.Table.CountryCondition : "true")}
            """;
        return await connection.ScalarAsync<bool>(
            $"SELECT EXISTS ({names} AND existing.id < 0) OR NOT EXISTS ({names} AND existing.id > 0)",
            cancellationToken,
            isScoped ? [options.CountryCodes] : null);
    }

    private async Task CopyAndMergeAsync(Table[] tables, DataKinds kinds, CancellationToken cancellationToken)
    {
        foreach (var table in tables.Where(table => table != _fresh.Aside))
            await _loads.AddAsync(table, Countries(table), _fresh.SchemaOf(table), cancellationToken);
        await _loads.AddAsync(HierarchyFile.Table, countries: [], freshSchema: null, cancellationToken);
        if (_loads.Find(Continents.Table) is { } continents)
        {
            await continents.CopyAsync(
                copy =>
                {
                    Continents.Load(copy, options.CountryCodes is [] ? plan.Ids.All : new IdSet());
                    return Task.CompletedTask;
                },
                cancellationToken);
        }

        await CopyAsync(Divisions, cancellationToken);
        if (_loads.Find(CountryInfoFile.Table) is { } countries)
            await CountryInfoFile.CompleteNeighboursAsync(connection, countries.Staging, cancellationToken);

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var building = BuildAsideAsync(either.Token);
        var main = CopyAndMergeRestAsync(kinds, either.Token);
        if (await Task.WhenAny(building, main) is { IsCompletedSuccessfully: false } failed)
        {
            // Wait for the other task: it is using its connection.
            await either.CancelAsync();
            await Task.WhenAll(building, main).ContinueWith(_ => { }, TaskScheduler.Default);
            ExceptionDispatchInfo.Throw(
                failed.Exception?.InnerException ?? new OperationCanceledException(cancellationToken));
        }

        await main;
        if (await building is { } built)
            _loads.Add(built);
        // It would lock out readers for nothing.
        if (options.DryRun)
            return;
        using var phase = progress.Begin("Replacing empty tables");
        if (_fresh.Aside is not null)
            await _fresh.ConstrainAsync(_fresh.Aside, cancellationToken);
        await _fresh.ReplaceAsync(progress, cancellationToken);
        phase.Complete();
    }

    private async Task CopyAndMergeRestAsync(DataKinds kinds, CancellationToken cancellationToken)
    {
        await CopyAsync(DataKinds.All & ~Divisions, cancellationToken);
        if (_loads.Find(GeonameFile.Districts) is { } load && kinds.HasFlag(DataKinds.City))
            await districts.CopyToAsync(load, cancellationToken);
        if (_loadsListedNames)
            await listedNames.CopyToAsync(_loads[AlternateNamesFile.Table], cancellationToken);
        await MergeAsync(cancellationToken);
    }

    /// <summary>Copies the files of some kinds.</summary>
    private async Task CopyAsync(DataKinds kinds, CancellationToken cancellationToken)
    {
        foreach (var (planned, file) in files)
        {
            if (file is not null && kinds.HasFlag(planned.Kind) && planned.Loader.Table != _fresh.Aside)
                await CopyAsync(planned, file, _loads[planned.Loader.Table], cancellationToken);
        }
    }

    private async Task CopyAsync(
        PlannedFile planned, SourceFile file, TableLoad load, CancellationToken cancellationToken)
    {
        CopyWriter[] spooled = planned.Loader is GeonameFile ? [districts.Writer, listedNames.Writer] : [];
        var read = await loader.LoadAsync(planned.Loader, file, load, spooled, rejects, cancellationToken);
        // An empty file is not an import: it would delete all rows of its kind.
        if (read.Rows == 0 && (planned.Kind is DataKinds.Country or DataKinds.City || await HasRowsAsync(load)))
        {
            throw new ImportException(
                ExitCode.BadData, $"{file.TextName} contains no rows. Nothing was changed.");
        }

        lock (run)
            run.Files.Add(read);

        Task<bool> HasRowsAsync(TableLoad loaded) =>
            (loaded.Table == HierarchyFile.Table ? _loads[GeonameFile.Districts] : loaded)
                .HasRowsAsync(cancellationToken);
    }

    /// <summary>The countries whose rows the files of a table contain completely; empty for all countries.</summary>
    private string[] Countries(Table table)
    {
        var countries = table == PostalCodesFile.Table ? options.PostalCodeCountryCodes : options.CountryCodes;
        return [.. countries.Except(files
            .Where(file => file.File is null && file.Plan.Loader.Table == table && file.Plan.Country is not null)
            .Select(file => file.Plan.Country!))];
    }

    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("merge");
        using (var phase = progress.Begin("Preparing"))
        {
            if (_loads.Find(PostalCodesFile.Table) is { } postalCodes)
                await DeleteRepeatedAsync(postalCodes, cancellationToken);
            await _loads.PrepareAsync(cancellationToken);
            phase.Complete();
        }

        await Corrections.LockAsync(connection, cancellationToken);
        if (!options.KeepRemoved)
        {
            using var phase = progress.Begin("Deleting removed rows");
            await _loads.DeleteAsync(load => load.GoneCondition, cancellationToken);
            if (_loads.Find(CountryInfoFile.Table) is { IsFresh: false } countries && !options.IncludeFormerCountries)
                await CountryInfoFile.DeleteFormerAsync(connection, countries, cancellationToken);
            phase.Complete();
        }

        foreach (var (_, table) in Tables.All)
        {
            if (_loads.Find(table) is { } load)
                await MergeAsync(load, cancellationToken);
            if (_fresh.SchemaOf(table) is null || table == _fresh.Aside)
                continue;
            await IndexAsync(connection, table, cancellationToken);
            await _fresh.ConstrainAsync(table, cancellationToken);
        }

        await _loads.CompleteAsync(cancellationToken);
    }

    private async Task MergeAsync(TableLoad load, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity($"merge {load.Table.Name}");
        using var phase = progress.Begin($"Merging {load.Table.Name}");
        if (load.Table == AlternateNamesFile.Table)
            await Corrections.ApplyNamesAsync(connection, load, cancellationToken);
        if (load.Table == GeonameFile.Districts)
        {
            await DistrictCities.FindAsync(
                connection, $"SELECT id, parent_id FROM {HierarchyFile.Table.Incoming}", cancellationToken);
        }

        await _loads.UpsertAsync(load, isCurrent: null, cancellationToken);
        phase.Complete();
    }

    private async Task IndexAsync(NpgsqlConnection builder, Table table, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity($"index {table.Name}");
        await _fresh.IndexAsync(builder, table, progress, cancellationToken);
    }

    /// <summary>Deletes the rows of postal codes that repeat another row, and reports them.</summary>
    private async Task DeleteRepeatedAsync(TableLoad load, CancellationToken cancellationToken)
    {
        var repeated = await load.DeleteRepeatedAsync(PossiblyRepeated, cancellationToken);
        if (repeated > 0)
            LogRepeated(logger, repeated, load.Table.Name);
    }

    private IReadOnlyCollection<long>? PossiblyRepeated =>
        files.Select(file => file.Plan.Loader).OfType<PostalCodesFile>().First().PossiblyRepeated;

    /// <summary>
    /// Builds the table on the second connection and commits it. Readers do not see it until it replaces the empty
    /// table.
    /// </summary>
    private async Task<TableLoad?> BuildAsideAsync(CancellationToken cancellationToken)
    {
        if (_fresh.Aside is not { } table)
            return null;
        // Continue on another thread than the one that reads the other files.
        await Task.Yield();
        using var activity = Telemetry.Activities.StartActivity($"build {table.Name}");
        var builder = await aside.OpenAsync(cancellationToken);
        await using var transaction = await builder.BeginTransactionAsync(cancellationToken);
        await _fresh.CreateAsideAsync(builder, cancellationToken);
        var load = await TableLoad.CreateAsync(builder, table, _fresh.SchemaOf(table), cancellationToken);
        foreach (var (planned, file) in files)
        {
            if (file is not null && planned.Loader.Table == table)
                await CopyAsync(planned, file, load, cancellationToken);
        }

        await DeleteRepeatedAsync(load, cancellationToken);
        await load.UpsertAsync(isCurrent: null, cancellationToken);
        await IndexAsync(builder, table, cancellationToken);
        await load.CompleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return load;
    }

    [LoggerMessage(
        LogLevel.Information, "The files contain rows of {Table} more than once. Rows left out: {Count}.")]
    private static partial void LogRepeated(ILogger logger, int count, string table);
}

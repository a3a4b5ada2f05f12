using System.Globalization;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Cities.Importer.Sources;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer;

/// <summary>
/// Applies the daily changes of GeoNames, so that the data stays current without an import of all files: modified and
/// deleted places and alternative names. GeoNames publishes no daily changes of countries, divisions and postal codes.
/// </summary>
internal sealed partial class Updater(
    CitiesDbContext context,
    FileLoader loader,
    ImportOptions options,
    IImportProgress progress,
    ILogger<Updater> logger)
{
    /// <summary>When the changes of a day are applied again, older rows must not replace newer ones.</summary>
    private const string IsCurrent = "coalesce(incoming.modified_on >= existing.modified_on, true)";

    private static readonly Table GonePlaces = new("gone_places", "id") { Definition = "id integer NOT NULL" };
    private static readonly Table GoneNames = new("gone_names", "id") { Definition = "id integer NOT NULL" };

    /// <summary>
    /// Applies the changes of the days in the options, or of the days since the last import or update.
    /// </summary>
    /// <returns>The run, or null if GeoNames has published no changes since.</returns>
    /// <exception cref="ImportException">The update failed and changed nothing.</exception>
    public async Task<ImportRun?> UpdateAsync(IGeoNamesSource source, CancellationToken cancellationToken)
    {
        var run = options.CreateRun(ImportOperation.Update, source);
        await using var rejects = new Rejects(options.RejectsFolder, run.StartedAt, logger);
        run.Rejects = rejects.First;
        var days = new List<Day>();
        try
        {
            await OpenAsync(source, await FirstDayAsync(cancellationToken), days, cancellationToken);
            if (days.Count == 0)
            {
                LogNothingPublished(logger);
                Telemetry.MeasureUnchanged(run);
                return null;
            }

            await using var transaction = await ImportTransaction.BeginAsync(
                context, options, logger, cancellationToken);
            foreach (var day in days)
                await ApplyAsync(transaction.Connection, day, rejects, run, cancellationToken);
            run.ChangesThrough = days[^1].Date;
            await transaction.CommitAsync(run, progress, cancellationToken);
            return run;
        }
        catch (Exception exception)
        {
            await ImportTransaction.RecordFailureAsync(context, options, run, exception, cancellationToken);
            throw;
        }
        finally
        {
            days.ForEach(day => day.Dispose());
        }
    }

    /// <summary>The day after the last one whose changes were applied, or yesterday if that is not known.</summary>
    private async Task<DateOnly> FirstDayAsync(CancellationToken cancellationToken)
    {
        var last = await context.ImportRuns
            .InPlace()
            .OrderByDescending(run => run.Id)
            .Select(run => new { run.IsSample, run.ChangesThrough })
            .FirstOrDefaultAsync(cancellationToken);
        if (last is null)
        {
            throw new ImportException(
                ExitCode.Failure, "There is no data to update: nothing has been imported, or the data was flushed.");
        }

        if (last.IsSample)
        {
            throw new ImportException(
                ExitCode.Failure, "The bundled sample cannot be updated. Import the files of GeoNames first.");
        }

        return options.Since ?? last.ChangesThrough?.AddDays(1) ?? Yesterday;
    }

    private static DateOnly Yesterday => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-1);

    /// <summary>Opens the files of the published days.</summary>
    private async Task OpenAsync(
        IGeoNamesSource source, DateOnly first, List<Day> days, CancellationToken cancellationToken)
    {
        using var phase = progress.Begin($"Changes from {source.Description}");
        var missing = new List<DateOnly>();
        for (var date = first; date <= (options.Until ?? Yesterday); date = date.AddDays(1))
        {
            var day = new Day(date);
            if (await day.OpenAsync(source, options.KindFlags, cancellationToken))
                days.Add(day);
            else
                missing.Add(date);
        }

        // The last day may not be published yet. Earlier days that are missing are lost: GeoNames keeps the files for a
        // short time.
        if (missing.Find(date => days.Count > 0 ? date < days[^1].Date : date < Yesterday) is { Year: > 1 } gap)
        {
            throw new ImportException(
                ExitCode.SourceUnavailable,
                $"{source.Description} does not have the changes of {Day.Format(gap)}, which later changes depend on. "
                + "Import the files instead.");
        }

        phase.Complete();
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection, Day day, Rejects rejects, ImportRun run, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity($"changes of {Day.Format(day.Date)}");
        var kinds = options.KindFlags;
        var refreshesListedNames = day.Modifications is not null && await connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM {AlternateNamesFile.Table.Name} WHERE id < 0)", cancellationToken);
        if (refreshesListedNames)
            kinds |= DataKinds.AlternativeName;
        var tables = Tables.All
            .Where(each => kinds.HasFlag(each.Kind))
            .Where(each => each.Kind is DataKinds.City or DataKinds.District or DataKinds.AlternativeName)
            .Select(each => each.Table)
            .Concat([GonePlaces, GoneNames]);
        var loads = new TableLoads(connection, options.MaximumDeletedShare);
        foreach (var table in tables)
        {
            var countries = table == AlternateNamesFile.Table ? [] : options.CountryCodes;
            await loads.AddAsync(table, countries, freshSchema: null, cancellationToken);
        }

        using var districts = new SpooledRows(GeonameFile.Districts);
        using var listedNames = new SpooledRows(AlternateNamesFile.Table);
        using var gonePlaces = new SpooledRows(GonePlaces);
        using var goneNames = new SpooledRows(GoneNames);
        if (day.Modifications is not null)
        {
            var codes = await ExistingPlaces.ReadCodesAsync(connection, options.CountryCodes, cancellationToken);
            var places = new GeonameFile(
                codes,
                options.CreateChangesFilter(),
                new PlaceIds(),
                kinds.HasFlag(DataKinds.City) ? districts.Writer : null,
                refreshesListedNames ? new ListedNames(listedNames.Writer) : null,
                gonePlaces.Writer);
            await LoadAsync(places, day.Modifications);
            await LoadAsync(new DeletesFile(3, GonePlaces), day.Deletes);
            if (kinds.HasFlag(DataKinds.City) && loads.Find(GeonameFile.Districts) is { } load)
                await districts.CopyToAsync(load, cancellationToken);
            if (refreshesListedNames)
                await listedNames.CopyToAsync(loads[AlternateNamesFile.Table], cancellationToken);
            await gonePlaces.CopyToAsync(loads[GonePlaces], cancellationToken);
        }

        if (day.NameModifications is not null)
        {
            await LoadAsync(
                new AlternateNamesFile(new NameLanguages(options.LanguageCodes), places: null, goneNames.Writer),
                day.NameModifications);
            await LoadAsync(new DeletesFile(4, GoneNames), day.NameDeletes);
            await goneNames.CopyToAsync(loads[GoneNames], cancellationToken);
        }

        using var phase = progress.Begin($"Merging the changes of {Day.Format(day.Date)}");
        await MergeAsync(connection, loads, refreshesListedNames, cancellationToken);
        await loads.DropAsync(cancellationToken);
        foreach (var changes in loads.Changes)
            Add(run, changes);
        phase.Complete();

        async Task LoadAsync(IRowLoader rows, SourceFile? file)
        {
            if (file is not null)
            {
                run.Files.Add(await loader.LoadAsync(
                    rows,
                    file,
                    loads[rows.Table],
                    [districts.Writer, listedNames.Writer, gonePlaces.Writer, goneNames.Writer],
                    rejects,
                    cancellationToken));
            }
        }
    }

    private async Task MergeAsync(
        NpgsqlConnection connection, TableLoads loads, bool refreshesListedNames, CancellationToken cancellationToken)
    {
        await loads.PrepareAsync(cancellationToken);
        await Corrections.LockAsync(connection, cancellationToken);
        await loads.DeleteAsync(
            load => GoneCondition(load.Table, loads, refreshesListedNames), cancellationToken);
        foreach (var load in loads.Merged)
        {
            if (load.Table == GeonameFile.Districts)
                await DistrictCities.FindForChangesAsync(connection, cancellationToken);
            if (load.Table == AlternateNamesFile.Table)
                await connection.ExecuteAsync(OrphanedNames.DeleteFrom(load.Staging), cancellationToken);
            await loads.UpsertAsync(load, load.Table == AlternateNamesFile.Table ? null : IsCurrent, cancellationToken);
        }

        await loads.CompleteAsync(cancellationToken);
    }

    /// <summary>
    /// The condition, on <c>existing</c>, for the rows of a table that the changes delete, or that move to another
    /// table: a city can become a district, and a district can become a city. The names that come with the places are
    /// replaced with them.
    /// </summary>
    private string? GoneCondition(Table table, TableLoads loads, bool refreshesListedNames)
    {
        List<Table> gone = [];
        if (!options.KeepRemoved)
            gone.Add(table == AlternateNamesFile.Table ? GoneNames : GonePlaces);
        if (table == GeonameFile.Cities && loads.Find(GeonameFile.Districts) is not null)
            gone.Add(GeonameFile.Districts);
        if (table == GeonameFile.Districts && loads.Find(GeonameFile.Cities) is not null)
            gone.Add(GeonameFile.Cities);
        List<string> conditions = [];
        if (gone.Count > 0)
            conditions.Add($"existing.id IN ({Ids(gone)})");
        if (table == AlternateNamesFile.Table && refreshesListedNames)
        {
            var changed = new[] { GeonameFile.Cities, GeonameFile.Districts }
                .Where(each => loads.Find(each) is not null);
            conditions.Add(
                $"""
                (existing.id < 0 AND existing.geoname_id IN ({Ids(changed)})
                  AND NOT EXISTS (SELECT FROM {table.Incoming} incoming WHERE incoming.id = existing.id))
                """);
        }

        return conditions.Count == 0 ? null : $"({string.Join(" OR ", conditions)})";

        static string Ids(IEnumerable<Table> tables) =>
            string.Join(" UNION ALL ", tables.Select(each => $"SELECT id FROM {each.Incoming}"));
    }

    private static void Add(ImportRun run, ImportedTable changes)
    {
        if (run.Tables.Find(table => table.Name == changes.Name) is not { } sum)
        {
            run.Tables.Add(changes);
            return;
        }

        sum.Inserted += changes.Inserted;
        sum.Updated += changes.Updated;
        sum.Deleted += changes.Deleted;
    }

    [LoggerMessage(LogLevel.Information, "No changes have been published since the last update: nothing to do.")]
    private static partial void LogNothingPublished(ILogger logger);

    /// <summary>The files of one day.</summary>
    private sealed class Day(DateOnly date) : IDisposable
    {
        public DateOnly Date => date;

        public SourceFile? Modifications { get; private set; }

        public SourceFile? Deletes { get; private set; }

        public SourceFile? NameModifications { get; private set; }

        public SourceFile? NameDeletes { get; private set; }

        public static string Format(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        /// <returns>False if the files are not published yet or not available any more.</returns>
        public async Task<bool> OpenAsync(IGeoNamesSource source, DataKinds kinds, CancellationToken cancellationToken)
        {
            try
            {
                if ((kinds & (DataKinds.City | DataKinds.District)) != 0)
                {
                    Modifications = await OpenAsync("modifications");
                    Deletes = await OpenAsync("deletes");
                }

                if (kinds.HasFlag(DataKinds.AlternativeName))
                {
                    NameModifications = await OpenAsync("alternateNamesModifications");
                    NameDeletes = await OpenAsync("alternateNamesDeletes");
                }

                return true;
            }
            catch (SourceFileMissingException)
            {
                Dispose();
                return false;
            }

            Task<SourceFile> OpenAsync(string kind) =>
                source.OpenAsync($"dump/{kind}-{Format(date)}.txt", cancellationToken);
        }

        public void Dispose()
        {
            Modifications?.Dispose();
            Deletes?.Dispose();
            NameModifications?.Dispose();
            NameDeletes?.Dispose();
        }
    }
}

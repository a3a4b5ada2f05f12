using System.Security.Cryptography;
using System.Text;
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
/// Brings the database to the state of GeoNames' files, in one transaction: readers see the old data until all of the
/// new is there, and a failure at any point leaves the old data whole.
/// </summary>
internal sealed partial class Importer(
    CitiesDbContext context, FileLoader loader, ImportOptions options, IImportProgress progress, ILogger<Importer> logger)
{
    /// <summary>Goes up whenever the same files would give other rows, so that unchanged files are merged again.</summary>
    private const int FormatVersion = 1;

    /// <summary>Imports the files of a source.</summary>
    /// <returns>The run, or null where the same files were imported last and nothing was to do.</returns>
    /// <exception cref="ImportException">The import failed, and nothing was changed.</exception>
    public async Task<ImportRun?> ImportAsync(IGeoNamesSource source, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("import");
        activity?.SetTag("cities.import.source", source.Description);
        var run = new ImportRun
        {
            StartedAt = DateTimeOffset.UtcNow,
            Source = source.Description,
            IsSample = source.IsSample,
            Countries = options.CountryCodes,
            Fingerprint = "",
        };

        using var districts = new SpooledRows(GeonameFile.Districts);
        var loaders = Loaders(districts);
        var files = new List<SourceFile>();
        try
        {
            progress.Begin($"Files from {source.Description}");
            foreach (var each in loaders)
                files.Add(await source.OpenAsync(each.FileName, cancellationToken));
            run.Fingerprint = Fingerprint(files);

            await context.Database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var connection = (NpgsqlConnection)context.Database.GetDbConnection();
            await ImportLock.TakeAsync(connection, options.LockTimeout, logger, cancellationToken);
            if (!options.Force && await LastFingerprintAsync(cancellationToken) == run.Fingerprint)
            {
                LogUnchanged(logger, source.Description);
                return null;
            }

            var tables = await StageAsync(connection, loaders, files, districts, run, cancellationToken);
            await MergeAsync(connection, tables, cancellationToken);

            run.Tables = [.. tables.Select(table => table.Changes)];
            run.Outcome = ImportOutcome.Succeeded;
            run.FinishedAt = DateTimeOffset.UtcNow;
            context.ImportRuns.Add(run);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return run;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
            await context.Database.CloseConnectionAsync();
        }
    }

    /// <summary>What is read, in the order in which one file's rows refer to another's.</summary>
    private IRowLoader[] Loaders(SpooledRows districts)
    {
        var codes = new PlaceCodes(options.CountryCodes);
        var placeIds = new IdSet();
        var placeFiles = options.Places == ImportOptions.PlacesPerCountry ? options.CountryCodes : [options.Places];
        return
        [
            new CountryInfoFile(codes),
            new Admin1CodesFile(codes),
            new Admin2CodesFile(codes),
            .. placeFiles.Select(name => new GeonameFile(
                $"dump/{name}.zip", codes, options.MinimumPopulation, placeIds, districts.Writer)),
        ];
    }

    private async Task<StagedTable[]> StageAsync(
        NpgsqlConnection connection,
        IRowLoader[] loaders,
        List<SourceFile> files,
        SpooledRows districts,
        ImportRun run,
        CancellationToken cancellationToken)
    {
        var tables = new List<StagedTable>();
        foreach (var table in loaders.Select(each => each.Table).Prepend(Continents.Table).Append(GeonameFile.Districts))
        {
            if (tables.All(staged => staged.Table != table))
                tables.Add(await StagedTable.CreateAsync(connection, table, cancellationToken));
        }

        await tables[0].CopyAsync(
            copy =>
            {
                Continents.Load(copy);
                return Task.CompletedTask;
            },
            cancellationToken);
        foreach (var (each, file) in loaders.Zip(files))
        {
            var table = tables.Single(staged => staged.Table == each.Table);
            run.Files.Add(await loader.LoadAsync(each, file, table, districts.Writer, cancellationToken));
        }

        await districts.CopyToAsync(tables[^1], cancellationToken);
        return [.. tables];
    }

    private async Task MergeAsync(NpgsqlConnection connection, StagedTable[] tables, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("merge");
        foreach (var table in tables)
            await table.PrepareMergeAsync(cancellationToken);

        // Rows go before those they refer to, and come after them. Continents and countries stay: GeoNames keeps even
        // those that no longer exist.
        foreach (var table in tables.Reverse())
        {
            if (table.Table != Continents.Table && table.Table != CountryInfoFile.Table)
                await table.DeleteGoneAsync(options.CountryCodes, cancellationToken);
        }

        foreach (var table in tables)
        {
            progress.Begin($"Merging {table.Table.Name}");
            if (table.Table == GeonameFile.Districts)
                await DistrictCities.FindAsync(connection, cancellationToken);
            await table.UpsertAsync(cancellationToken);
        }
    }

    private string Fingerprint(IEnumerable<SourceFile> files)
    {
        var text = new StringBuilder()
            .AppendJoin('\n', FormatVersion, string.Join(',', options.CountryCodes), options.Places, options.MinimumPopulation);
        foreach (var file in files)
            text.Append('\n').Append(file.Name).Append(' ').Append(file.Sha256);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private Task<string?> LastFingerprintAsync(CancellationToken cancellationToken) =>
        context.ImportRuns
            .Where(run => run.Outcome == ImportOutcome.Succeeded)
            .OrderByDescending(run => run.Id)
            .Select(run => (string?)run.Fingerprint)
            .FirstOrDefaultAsync(cancellationToken);

    [LoggerMessage(LogLevel.Information, "The files of {Source} were imported before and have not changed: nothing to do.")]
    private static partial void LogUnchanged(ILogger logger, string source);
}

using System.Diagnostics;
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
/// Imports the files of GeoNames in one transaction. Readers see the old data until the commit, and a failure leaves
/// the old data unchanged.
/// </summary>
internal sealed partial class Importer(
    CitiesDbContext context,
    FileLoader loader,
    ImportOptions options,
    IImportProgress progress,
    ILogger<Importer> logger)
{
    /// <summary>
    /// Version of the conversion from files to rows. Increase it when the conversion changes, so that unchanged files
    /// are merged again.
    /// </summary>
    private const int FormatVersion = 3;

    /// <summary>Number of parallel downloads. GeoNames asks users not to overload its server.</summary>
    private const int ParallelDownloads = 3;

    /// <summary>Imports the files of a source.</summary>
    /// <returns>The run, or null if the files have not changed since the last import.</returns>
    /// <exception cref="ImportException">The import failed and changed nothing.</exception>
    public async Task<ImportRun?> ImportAsync(IGeoNamesSource source, CancellationToken cancellationToken)
    {
        Activity.Current?.SetTag("cities.import.source", source.Description);
        var run = options.CreateRun(ImportOperation.Import, source);
        using var districts = new SpooledRows(GeonameFile.Districts);
        using var names = new SpooledRows(AlternateNamesFile.Table);
        await using var rejects = new Rejects(options.RejectsFolder, run.StartedAt, logger);
        run.Rejects = rejects.First;
        var files = new List<(PlannedFile Plan, SourceFile? File)>();
        try
        {
            var plan = new ImportPlan(options, districts.Writer, new ListedNames(names.Writer));
            files = await OpenAsync(source, plan, cancellationToken);
            run.ChangesThrough = ChangesThrough(files);
            run.Fingerprint = Fingerprint(files);

            await using var aside = new AsideConnection((NpgsqlConnection)context.Database.GetDbConnection());
            await using var transaction = await ImportTransaction.BeginAsync(
                context, options, logger, cancellationToken);
            if (!options.Force && await LastFingerprintAsync(cancellationToken) == run.Fingerprint)
            {
                LogUnchanged(logger, source.Description);
                Telemetry.MeasureUnchanged(run);
                return null;
            }

            if (!source.IsSample && await IsSampleInPlaceAsync(cancellationToken))
                await DeleteSampleAsync(transaction.Connection, cancellationToken);
            await ExistingPlaces.ReadAsync(transaction.Connection, plan, options, cancellationToken);
            var merge = new Merge(
                transaction.Connection, aside, plan, files, districts, names, rejects, run, loader, options, progress,
                logger);
            await merge.RunAsync(cancellationToken);

            await transaction.CommitAsync(run, progress, cancellationToken);
            aside.IsInPlace = true;
            return run;
        }
        catch (Exception exception)
        {
            await ImportTransaction.RecordFailureAsync(context, options, run, exception, cancellationToken);
            throw;
        }
        finally
        {
            files.ForEach(file => file.File?.Dispose());
        }
    }

    /// <summary>Downloads the files if necessary, and opens them.</summary>
    private async Task<List<(PlannedFile Plan, SourceFile? File)>> OpenAsync(
        IGeoNamesSource source, ImportPlan plan, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity("open files");
        using var phase = progress.Begin($"Files from {source.Description}");
        var files = new SourceFile?[plan.Files.Count];
        var first = 0;
        try
        {
            if (plan.Files[0] is { Loader: CountryInfoFile countries } countryInfo)
            {
                files[first++] = await countryInfo.OpenAsync(source, cancellationToken);
                CountryCheck.Check(options, files[0]!, countries);
            }
            else
            {
                await CountryCheck.CheckAsync(options, context, cancellationToken);
            }

            await Parallel.ForAsync(
                first,
                files.Length,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = ParallelDownloads,
                    CancellationToken = cancellationToken,
                },
                async (index, token) => files[index] = await plan.Files[index].OpenAsync(source, token));
        }
        catch
        {
            foreach (var file in files)
                file?.Dispose();
            throw;
        }

        var result = new List<(PlannedFile, SourceFile?)>();
        foreach (var (planned, file) in plan.Files.Zip(files))
        {
            // Several countries can have the same substitute.
            if (file is not null && result.Any(each => each.Item2?.Name == file.Name))
            {
                file.Dispose();
                continue;
            }

            if (file is null && !source.IsSample)
                LogMissing(logger, source.Description, planned.Name);
            result.Add((planned, file));
        }

        phase.Complete();
        return result;
    }

    private string Fingerprint(IEnumerable<(PlannedFile Plan, SourceFile? File)> files)
    {
        var text = new StringBuilder().AppendJoin('\n', FormatVersion, options.Fingerprint);
        foreach (var (plan, file) in files)
            text.Append('\n').Append(plan.Name).Append(' ').Append(file?.Sha256);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>
    /// The day before the oldest file of places was published. GeoNames creates its files at night, with the changes
    /// until midnight.
    /// </summary>
    private static DateOnly? ChangesThrough(List<(PlannedFile Plan, SourceFile? File)> files) =>
        files
            .Where(file => file.Plan.Loader is GeonameFile)
            .Min(file => file.File?.PublishedAt) is { } published
            ? DateOnly.FromDateTime(published.UtcDateTime).AddDays(-1)
            : null;

    private Task<bool> IsSampleInPlaceAsync(CancellationToken cancellationToken) =>
        context.ImportRuns
            .InPlace()
            .OrderByDescending(run => run.Id)
            .Select(run => run.IsSample)
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Deletes the bundled sample, so that none of its rows remains among those of GeoNames.</summary>
    /// <exception cref="ImportException">
    /// The import does not include the countries, on which all rows depend.
    /// </exception>
    private async Task DeleteSampleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!options.KindFlags.HasFlag(DataKinds.Country))
        {
            throw new ImportException(
                ExitCode.Usage,
                "The database contains the bundled sample. Import the kind 'country' too, so that the data of GeoNames "
                + "replaces the sample.");
        }

        using var phase = progress.Begin("Deleting the bundled sample");
        await Corrections.LockAsync(connection, cancellationToken);
        foreach (var (_, table) in Tables.All.Reverse())
            await connection.ExecuteAsync($"DELETE FROM {table.Name}", cancellationToken);
        phase.Complete();
    }

    private Task<string?> LastFingerprintAsync(CancellationToken cancellationToken) =>
        context.ImportRuns
            .Where(run => run.Outcome == ImportOutcome.Succeeded)
            .OrderByDescending(run => run.Id)
            .Select(run => (string?)run.Fingerprint)
            .FirstOrDefaultAsync(cancellationToken);

    [LoggerMessage(
        LogLevel.Information, "The files of {Source} have not changed since the last import: nothing to do.")]
    private static partial void LogUnchanged(ILogger logger, string source);

    [LoggerMessage(LogLevel.Warning, "{Source} does not contain {Name}. Its data is not changed.")]
    private static partial void LogMissing(ILogger logger, string source, string name);
}

using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>Streams GeoNames files into the database, and counts their rows.</summary>
internal sealed class FileLoader(ImportOptions options, IImportProgress progress)
{
    /// <summary>
    /// Number of malformed rows of a file that never fail an import. In a small file, one row would be a large share.
    /// </summary>
    public const int AlwaysAllowedRejects = 10;

    private const int RowsPerReport = 4096;

    /// <summary>Loads a file.</summary>
    /// <param name="loader">Converts the rows of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="table">The table that the rows are copied into.</param>
    /// <param name="spooled">Receive the rows that the loader writes to other tables.</param>
    /// <param name="rejects">Receives the malformed rows.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    /// <returns>The number of rows and bytes.</returns>
    /// <exception cref="ImportException">The file is damaged, or too many of its rows are malformed.</exception>
    public async Task<ImportedFile> LoadAsync(
        IRowLoader loader,
        SourceFile file,
        TableLoad table,
        CopyWriter[] spooled,
        Rejects rejects,
        CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity($"load {file.Name}");
        using var phase = progress.Begin(file.Name, file.Length);
        var result = new ImportedFile { Name = file.Name, Length = file.Length, Sha256 = file.Sha256 };
        string? firstRejected = null;
        try
        {
            await table.CopyAsync(ReadAsync, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new ImportException(
                ExitCode.BadData, $"{file.TextName} is damaged: {exception.Clause()}.", exception);
        }

        var tag = new KeyValuePair<string, object?>("file.name", file.Name);
        Telemetry.RowsRead.Add(result.Rows, tag);
        Telemetry.RowsRejected.Add(result.Rejected, tag);
        Telemetry.BytesRead.Add(result.Length, tag);
        activity?.SetTag("cities.import.rows.read", result.Rows);
        activity?.SetTag("cities.import.rows.rejected", result.Rejected);

        CheckRejects(result, file, firstRejected);
        phase.Complete();
        return result;

        async Task ReadAsync(CopyWriter copy)
        {
            await using var text = file.OpenText();
            using var reader = new RowReader(text, loader.ColumnCount, loader.OptionalColumnCount);
            while (ReadRow(reader, copy))
            {
                foreach (var writer in spooled)
                {
                    if (writer.IsFull)
                        await writer.FlushAsync(cancellationToken);
                }

                if (copy.IsFull)
                    await copy.FlushAsync(cancellationToken);
                if (result.Rows % RowsPerReport == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    phase.Report(file.Position, result.Rows);
                }
            }

            phase.Report(file.Length, result.Rows);
        }

        // Returns false at the end of the file.
        bool ReadRow(RowReader reader, CopyWriter copy)
        {
            try
            {
                if (!reader.TryRead(out var row))
                    return false;
                loader.Load(row, copy);
            }
            catch (MalformedRowException exception)
            {
                result.Rejected++;
                firstRejected ??= $"{Rejects.Place(reader.Line, exception.Column)}: {exception.Message}";
                rejects.Add(file.TextName, reader.Line, exception);
            }

            result.Rows++;
            return true;
        }
    }

    private void CheckRejects(ImportedFile result, SourceFile file, string? first)
    {
        if (result.Rejected == 0)
            return;
        var allowed = Math.Max(AlwaysAllowedRejects, (long)(result.Rows * options.MaximumRejectedShare));
        // A file without a single valid row is another file than its name says.
        if (result.Rejected <= allowed && result.Rejected < result.Rows)
            return;
        var malformed = FormattableString.Invariant($"{result.Rejected} of {Wording.Count(result.Rows, "row")}");
        var limit = result.Rejected <= allowed
            ? "None is valid."
            : FormattableString.Invariant(
                $"At most {allowed} can be: {CommandLine.NameOf(nameof(ImportOptions.MaximumRejectedShare))} is ")
                + FormattableString.Invariant($"{options.MaximumRejectedShare}.");
        throw new ImportException(
            ExitCode.BadData,
            $"{malformed} of {file.TextName} {(result.Rejected == 1 ? "is" : "are")} malformed. {limit} The first is "
            + $"{first}. Nothing was changed.");
    }
}

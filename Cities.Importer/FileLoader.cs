using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>Streams GeoNames files into the database, and counts their rows.</summary>
internal sealed class FileLoader(ImportOptions options, IImportProgress progress)
{
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
            throw new ImportException(ExitCode.BadData, $"{file.Name} is damaged: {exception.Message}.", exception);
        }

        var tag = new KeyValuePair<string, object?>("file.name", file.Name);
        Telemetry.RowsRead.Add(result.Rows, tag);
        Telemetry.RowsRejected.Add(result.Rejected, tag);
        Telemetry.BytesRead.Add(result.Length, tag);
        activity?.SetTag("cities.import.rows.read", result.Rows);
        activity?.SetTag("cities.import.rows.rejected", result.Rejected);

        if (result.Rejected > result.Rows * options.MaximumRejectedShare)
        {
            throw new ImportException(
                ExitCode.BadData,
                $"{result.Rejected} of {result.Rows} rows of {file.Name} are malformed, more than the allowed share of "
                + $"{options.MaximumRejectedShare:P1}; the first: {firstRejected}. Nothing was changed.");
        }

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
                rejects.Add(file.Name, reader.Line, exception);
            }

            result.Rows++;
            return true;
        }
    }
}

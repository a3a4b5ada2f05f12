using Cities.Data.Entities;
using Cities.Importer.Database;
using Cities.Importer.GeoNames;
using Cities.Importer.Progress;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>Streams one GeoNames file into the temporary table of its rows, and keeps count of what it holds.</summary>
internal sealed partial class FileLoader(
    ImportOptions options, IImportProgress progress, ILogger<FileLoader> logger)
{
    /// <summary>Malformed rows of a file that are shown one by one; the rest are counted.</summary>
    private const int RejectedRowsShown = 20;

    private string? _firstRejected;

    /// <summary>Loads a file.</summary>
    /// <param name="loader">Knows the file's columns.</param>
    /// <param name="file">The file.</param>
    /// <param name="table">Where its rows go.</param>
    /// <param name="spooled">Rows that the loader sets aside for another table, or null.</param>
    /// <param name="cancellationToken">Ends the load.</param>
    /// <returns>What was read.</returns>
    /// <exception cref="ImportException">The file is damaged, or too many of its rows are malformed.</exception>
    public async Task<ImportedFile> LoadAsync(
        IRowLoader loader, SourceFile file, StagedTable table, CopyWriter? spooled, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.Activities.StartActivity($"load {file.Name}");
        progress.Begin(file.Name, file.Length);
        var result = new ImportedFile { Name = file.Name, Length = file.Length, Sha256 = file.Sha256 };
        try
        {
            await table.CopyAsync(copy => ReadAsync(loader, file, result, copy, spooled, cancellationToken), cancellationToken);
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
                + $"{options.MaximumRejectedShare:P1}; the first: {_firstRejected}. Nothing was changed.");
        }

        return result;
    }

    private async Task ReadAsync(
        IRowLoader loader,
        SourceFile file,
        ImportedFile result,
        CopyWriter copy,
        CopyWriter? spooled,
        CancellationToken cancellationToken)
    {
        await using var text = file.OpenText();
        using var reader = new RowReader(text, loader.ColumnCount);
        while (ReadRow(loader, reader, result, copy))
        {
            if (spooled is { IsFull: true })
                await spooled.FlushAsync(cancellationToken);
            if (!copy.IsFull)
                continue;
            await copy.FlushAsync(cancellationToken);
            progress.Report(file.Position, result.Rows);
        }

        progress.Report(file.Length, result.Rows);
    }

    /// <summary>Loads the next row, or rejects it.</summary>
    /// <returns>False at the end of the file.</returns>
    private bool ReadRow(IRowLoader loader, RowReader reader, ImportedFile result, CopyWriter copy)
    {
        try
        {
            if (!reader.TryRead(out var row))
                return false;
            loader.Load(row, copy);
        }
        catch (MalformedRowException exception)
        {
            Reject(reader.Line, exception, result);
        }

        result.Rows++;
        return true;
    }

    private void Reject(long line, MalformedRowException exception, ImportedFile result)
    {
        var place = exception.Column is { } column ? $"line {line}, column {column}" : $"line {line}";
        if (result.Rejected++ == 0)
            _firstRejected = $"{place}: {exception.Message}";
        if (result.Rejected <= RejectedRowsShown)
            LogRejected(logger, result.Name, place, exception.Message);
    }

    [LoggerMessage(LogLevel.Warning, "{File}, {Place}: {Problem}; the row is left out.")]
    private static partial void LogRejected(ILogger logger, string file, string place, string problem);
}

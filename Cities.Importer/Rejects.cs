using System.Globalization;
using System.Text;
using Cities.Data.Entities;
using Cities.Importer.GeoNames;

namespace Cities.Importer;

/// <summary>
/// The malformed rows of a run: each with file, line, column and what is wrong goes to a tab-separated file, which is made
/// with the first; the first few are logged, and some more kept for the run's record.
/// </summary>
internal sealed partial class Rejects(string folder, DateTimeOffset startedAt, ILogger logger) : IAsyncDisposable
{
    private const int Logged = 20;
    private const int Recorded = 100;

    /// <summary>A file that is none of GeoNames' has a malformed row in every line; no more than these are of use.</summary>
    private const int Written = 100_000;

    private readonly string _path = Path.Combine(
        folder, startedAt.UtcDateTime.ToString("'rejects-'yyyyMMdd'T'HHmmss'Z.tsv'", CultureInfo.InvariantCulture));

    private StreamWriter? _writer;
    private bool _isUnwritable;
    private long _count;

    /// <summary>The first rejected rows.</summary>
    public List<RejectedRow> First { get; } = [];

    /// <summary>Takes a row that was left out.</summary>
    /// <param name="file">Path of the file below the source.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="exception">What is wrong with it.</param>
    public void Add(string file, long line, MalformedRowException exception)
    {
        // Files are read two at a time.
        lock (First)
            AddOne(file, line, exception);
    }

    private void AddOne(string file, long line, MalformedRowException exception)
    {
        _count++;
        if (_count <= Logged)
            LogRejected(logger, file, Place(line, exception.Column), exception.Message);
        if (_count <= Recorded)
            First.Add(new RejectedRow { File = file, Line = line, Column = exception.Column, Problem = exception.Message });
        if (_count <= Written)
            Write($"{file}\t{line}\t{exception.Column}\t{exception.Message.ReplaceLineEndings(" ").Replace('\t', ' ')}");
    }

    /// <summary>A line and a column, as messages name them.</summary>
    public static string Place(long line, int? column) => column is null ? $"line {line}" : $"line {line}, column {column}";

    public async ValueTask DisposeAsync()
    {
        if (_writer is not { } writer)
            return;
        try
        {
            await writer.DisposeAsync();
            LogWritten(logger, _count, _path);
        }
        catch (IOException exception)
        {
            LogUnwritable(logger, _path, exception.Message);
        }
    }

    /// <summary>Writes a line; a folder that cannot be written to, as in some containers, does not end the import.</summary>
    private void Write(string line)
    {
        if (_isUnwritable)
            return;
        try
        {
            if (_writer is null)
            {
                Directory.CreateDirectory(folder);
                _writer = new StreamWriter(_path, append: true, Encoding.UTF8);
                _writer.WriteLine("file\tline\tcolumn\tproblem");
            }

            _writer.WriteLine(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isUnwritable = true;
            LogUnwritable(logger, _path, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{File}, {Place}: {Problem}; the row is left out.")]
    private static partial void LogRejected(ILogger logger, string file, string place, string problem);

    [LoggerMessage(LogLevel.Warning, "{Count} rows are left out; {Path} lists them.")]
    private static partial void LogWritten(ILogger logger, long count, string path);

    [LoggerMessage(LogLevel.Warning, "{Path}, the list of rejected rows, cannot be written: {Problem}")]
    private static partial void LogUnwritable(ILogger logger, string path, string problem);
}

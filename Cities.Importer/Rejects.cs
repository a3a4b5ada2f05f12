using System.Globalization;
using System.Text;
using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>
/// The malformed rows of a run. They are written to a tab-separated file with their file, line, column and problem. The
/// file is created with the first row. The first few rows are also logged, and the first ones are kept for the record
/// of the run.
/// </summary>
internal sealed partial class Rejects(string folder, DateTimeOffset startedAt, ILogger logger) : IAsyncDisposable
{
    private const int Logged = 20;
    private const int Recorded = 100;

    /// <summary>
    /// Maximum number of rows in the file. If a file is not a GeoNames file, all of its lines are malformed.
    /// </summary>
    private const int Written = 100_000;

    private readonly string _path = Path.Combine(
        folder, startedAt.UtcDateTime.ToString("'rejects-'yyyyMMdd'T'HHmmss'Z.tsv'", CultureInfo.InvariantCulture));

    private StreamWriter? _writer;
    private bool _isUnwritable;
    private long _count;

    /// <summary>The first rejected rows.</summary>
    public List<RejectedRow> First { get; } = [];

    /// <summary>Adds a rejected row.</summary>
    /// <param name="file">Name of the text file (<see cref="SourceFile.TextName"/>).</param>
    /// <param name="line">Line number, starting at 1.</param>
    /// <param name="exception">The problem.</param>
    public void Add(string file, long line, MalformedRowException exception)
    {
        // Two files can be read in parallel.
        lock (First)
            AddOne(file, line, exception);
    }

    private void AddOne(string file, long line, MalformedRowException exception)
    {
        _count++;
        if (_count <= Logged)
            LogRejected(logger, file, Place(line, exception.Column), exception.Message);
        if (_count <= Recorded)
        {
            First.Add(new RejectedRow
            {
                File = file,
                Line = line,
                Column = exception.Column,
                Problem = exception.Message,
            });
        }

        if (_count <= Written)
        {
            var problem = exception.Message.ReplaceLineEndings(" ").Replace('\t', ' ');
            Write($"{file}\t{line}\t{exception.Column}\t{problem}");
        }
    }

    /// <summary>Formats a line and a column for messages.</summary>
    public static string Place(long line, int? column) =>
        column is null ? $"line {line}" : $"line {line}, column {column}";

    public async ValueTask DisposeAsync()
    {
        if (_writer is not { } writer)
            return;
        try
        {
            await writer.DisposeAsync();
            LogWritten(logger, Wording.Count(_count, "row"), _count == 1 ? "was" : "were", _path);
        }
        catch (IOException exception)
        {
            LogUnwritable(logger, _path, exception.Clause());
        }
    }

    /// <summary>
    /// Writes a line. An error is ignored, because the folder can be read-only, as in some containers.
    /// </summary>
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
            LogUnwritable(logger, _path, exception.Clause());
        }
    }

    [LoggerMessage(LogLevel.Warning, "{File}, {Place}: {Problem}. The row is rejected.")]
    private static partial void LogRejected(ILogger logger, string file, string place, string problem);

    [LoggerMessage(LogLevel.Warning, "{Rows} {Were} rejected: see {Path}.")]
    private static partial void LogWritten(ILogger logger, string rows, string were, string path);

    [LoggerMessage(LogLevel.Warning, "The list of rejected rows {Path} cannot be written: {Problem}.")]
    private static partial void LogUnwritable(ILogger logger, string path, string problem);
}

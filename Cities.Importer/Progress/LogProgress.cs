using System.Diagnostics;

namespace Cities.Importer.Progress;

/// <summary>A log line for each phase, and one every few seconds in a long one: for dashboards and files.</summary>
internal sealed partial class LogProgress(ILogger<LogProgress> logger) : IImportProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLine = new();
    private readonly Stopwatch _sinceBegin = new();
    private string _name = "";
    private long? _total;

    public void Begin(string name, long? total)
    {
        (_name, _total) = (name, total);
        _sinceLine.Restart();
        _sinceBegin.Restart();
        LogBegin(name);
    }

    public void Report(long done, long rows)
    {
        if (_sinceLine.Elapsed < Interval)
            return;
        _sinceLine.Restart();
        LogProgressOf(_name, rows, _total is > 0 ? 100 * done / _total : null, rows / _sinceBegin.Elapsed.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Information, "{Phase} ...")]
    private partial void LogBegin(string phase);

    [LoggerMessage(LogLevel.Information, "{Phase}: {Rows} rows, {Percent} %, {Rate:0} rows/s")]
    private partial void LogProgressOf(string phase, long rows, long? percent, double rate);
}

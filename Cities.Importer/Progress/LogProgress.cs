using System.Diagnostics;

namespace Cities.Importer.Progress;

/// <summary>
/// Logs each phase, and the progress of long phases every few seconds. It is for dashboards and log files.
/// </summary>
internal sealed partial class LogProgress(ILogger<LogProgress> logger) : IImportProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public IImportPhase Begin(string name, long? total)
    {
        LogBegin(name);
        return new Phase(this, name, total);
    }

    [LoggerMessage(LogLevel.Information, "{Phase} ...")]
    private partial void LogBegin(string phase);

    [LoggerMessage(LogLevel.Information, "{Phase}: {Rows} rows, {Percent} %, {Rate:0} rows/s, {Left:0} s left")]
    private partial void LogProgressOf(string phase, long rows, long? percent, double rate, double? left);

    private sealed class Phase(LogProgress progress, string name, long? total) : IImportPhase
    {
        private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
        private readonly Stopwatch _sinceBegin = Stopwatch.StartNew();

        public void Report(long done, long rows)
        {
            if (_sinceLine.Elapsed < Interval)
                return;
            _sinceLine.Restart();
            var seconds = _sinceBegin.Elapsed.TotalSeconds;
            var left = total is > 0 && done > 0 ? seconds * (total - done) / done : null;
            progress.LogProgressOf(name, rows, total is > 0 ? 100 * done / total : null, rows / seconds, left);
        }

        public void Dispose()
        {
        }
    }
}

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

    public Task EndAsync() => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "{Phase} ...")]
    private partial void LogBegin(string phase);

    [LoggerMessage(LogLevel.Information, "{Phase}: row {Rows}, {Percent} %, {Rate:0} rows/s, {Left:0} s left")]
    private partial void LogRows(string phase, long rows, long percent, double rate, double left);

    [LoggerMessage(LogLevel.Information, "{Phase}: {Done} of {Total}, {Seconds:0} s so far")]
    private partial void LogSteps(string phase, long done, long total, double seconds);

    [LoggerMessage(LogLevel.Information, "{Phase}: {Seconds:0} s so far")]
    private partial void LogTime(string phase, double seconds);

    private sealed class Phase : IImportPhase
    {
        private readonly LogProgress _progress;
        private readonly string _name;
        private readonly long _total;
        private readonly Stopwatch _elapsed = Stopwatch.StartNew();
        private readonly Timer _timer;
        private readonly Lock _lock = new();
        private long _done;
        private long? _rows;

        public Phase(LogProgress progress, string name, long? total)
        {
            _progress = progress;
            _name = name;
            _total = total ?? 0;
            // By a timer: many phases are one statement, which does not report.
            _timer = new Timer(_ => Log(), null, Interval, Interval);
        }

        public void Report(long done, long? rows)
        {
            lock (_lock)
                (_done, _rows) = (done, rows);
        }

        public void Complete()
        {
        }

        public void Dispose() => _timer.Dispose();

        private void Log()
        {
            lock (_lock)
            {
                var seconds = _elapsed.Elapsed.TotalSeconds;
                if (_rows is { } rows && _done > 0 && _total > 0)
                {
                    _progress.LogRows(
                        _name, rows, 100 * _done / _total, rows / seconds, seconds * (_total - _done) / _done);
                }
                else if (_total > 0)
                {
                    _progress.LogSteps(_name, _done, _total, seconds);
                }
                else
                {
                    _progress.LogTime(_name, seconds);
                }
            }
        }
    }
}

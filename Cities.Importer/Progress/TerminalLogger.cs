using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Cities.Importer.Progress;

/// <summary>
/// Writes log entries to the console of <see cref="TerminalProgress"/>, which places them above the progress bars.
/// </summary>
internal sealed class TerminalLogger(IAnsiConsole console) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(console, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(IAnsiConsole console, string category) : ILogger
    {
        private readonly LineFormatter _formatter = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            using var text = new StringWriter();
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter);
            _formatter.Write(entry, scopeProvider: null, text);
            console.Write(new Text(text.ToString()));
        }
    }
}

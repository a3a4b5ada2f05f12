using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Cities.Importer.Progress;

/// <summary>
/// Writes a log entry as a line: time (UTC), level and message. Categories and event ids are in the structured log that
/// OpenTelemetry exports.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>The name of the formatter in the console logger's options.</summary>
    public const string FormatterName = "line";

    public override void Write<TState>(
        in LogEntry<TState> entry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(DateTime.UtcNow.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        textWriter.Write(Level(entry.LogLevel));
        textWriter.WriteLine(entry.Formatter(entry.State, entry.Exception));
        if (entry.Exception is not null)
            textWriter.WriteLine(entry.Exception);
    }

    private static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => " trace    ",
            LogLevel.Debug => " debug    ",
            LogLevel.Information => " info     ",
            LogLevel.Warning => " warning  ",
            LogLevel.Error => " error    ",
            _ => " critical ",
        };
}

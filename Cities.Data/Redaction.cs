using System.Text.RegularExpressions;

namespace Cities.Data;

/// <summary>
/// Removes private details from the records of the importer before the API returns them. A source can be a folder, or
/// an address that contains a password or a token. An error message can quote the source, and it can name hosts and
/// files. Of an address, only scheme and host remain. A folder is removed. The table <c>import_runs</c> and the log of
/// the importer have the full text.
/// </summary>
public static partial class Redaction
{
    private const string Removed = "…";

    /// <summary>Redacts a source.</summary>
    /// <param name="source">The folder or base address.</param>
    /// <param name="isSample">Whether the source is the bundled sample, which is not redacted.</param>
    /// <returns>The scheme and host of an address, or null for a folder.</returns>
    public static string? Source(string source, bool isSample) => isSample ? source : Address(source);

    /// <summary>Redacts addresses, paths, hosts and IP addresses in a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">The source that the message may quote, or an empty string.</param>
    public static string Message(string message, string source)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(source);
        // First: the name of a folder can contain spaces, which the pattern does not match.
        if (source.Length > 0)
            message = message.Replace(source, Address(source) ?? Removed, StringComparison.Ordinal);
        return Private().Replace(message, match => Address(match.Value) ?? Removed);
    }

    /// <summary>The scheme and host of an HTTP address, or null for any other text.</summary>
    private static string? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            : null;

    /// <summary>
    /// Matches addresses, absolute paths with and without quotes, hosts with a port, and IP addresses.
    /// </summary>
    [GeneratedRegex(
        """
        \b[A-Za-z][A-Za-z0-9+.-]*://[^\s'"]+
        | (?<=['"])(?:/|\\\\|[A-Za-z]:[\\/])[^'"]*
        | (?<![\w./:])(?:/|\\\\|[A-Za-z]:[\\/])[^\s'",;()]+
        | \[[0-9A-Fa-f:.]+\](?::\d+)?
        | \b(?:[\w-]+\.)*[A-Za-z][\w-]*:\d{2,5}\b
        | \b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Private();
}

using System.Text.RegularExpressions;

namespace Cities.Data;

/// <summary>
/// What anyone may read of what the importer writes down for those who run it. A source is set by them, and can be a folder
/// of theirs, or an address with a password or a token in it; a message can quote it, and name hosts and files besides. Of
/// addresses only scheme and host are shown, which say whose data it is; of folders nothing. The table
/// <c>import_runs</c> and the importer's log have the whole.
/// </summary>
public static partial class PublicText
{
    private const string LeftOut = "…";

    /// <summary>A source, or null where nothing of it is to be shown.</summary>
    /// <param name="source">The folder or base address.</param>
    /// <param name="isSample">Whether it stands for the bundled sample.</param>
    public static string? Source(string source, bool isSample) => isSample ? source : Address(source);

    /// <summary>A message, without what could be found out from it about machines.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">The source that it may quote, or nothing.</param>
    public static string Message(string message, string source)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(source);
        // First, as a whole: a folder's name may have spaces in it.
        if (source.Length > 0)
            message = message.Replace(source, Address(source) ?? LeftOut, StringComparison.Ordinal);
        return Private().Replace(message, match => Address(match.Value) ?? LeftOut);
    }

    /// <summary>Scheme and host of an address of a server, without user and password.</summary>
    private static string? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            : null;

    /// <summary>Addresses; absolute paths, in quotes and bare; hosts with a port; IP addresses.</summary>
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

namespace Cities.Importer;

/// <summary>Parts of messages.</summary>
internal static class Wording
{
    /// <summary>A number with its noun, such as <c>1 row</c> or <c>2 rows</c>.</summary>
    public static string Count(long count, string noun) =>
        FormattableString.Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The message of an exception without its full stop, for use inside a sentence.</summary>
    public static string Clause(this Exception exception) => exception.Message.TrimEnd('.', ' ');
}

using System.Text;

namespace Cities.Api.Search;

/// <summary>Texts that people search for.</summary>
internal static class SearchText
{
    /// <summary>
    /// Whether a text has a letter or a digit. Names are compared without punctuation, so that a text of punctuation
    /// alone would be in all names.
    /// </summary>
    public static bool HasWord(string text) => text.EnumerateRunes().Any(Rune.IsLetterOrDigit);

    /// <summary>
    /// Makes the condition that a text begins with another. An index in the collation C has such texts in one range.
    /// </summary>
    /// <param name="text">The SQL for the text, an expression that is indexed.</param>
    /// <param name="beginning">The SQL for its beginning.</param>
    public static SqlText BeginsWith(SqlText text, SqlText beginning) =>
        $"""({text} COLLATE "C" >= {beginning} AND {text} COLLATE "C" < {beginning} || chr(1114111))""";
}

/// <summary>Patterns of SQL's LIKE.</summary>
internal static class LikePattern
{
    /// <summary>
    /// Makes SQL for a text in which percent, underscore and backslash stand for themselves. The database escapes them,
    /// because <c>search_text</c> turns some other characters, such as a full-width percent sign, into these.
    /// </summary>
    /// <param name="text">The SQL for the text.</param>
    public static SqlText Sql(SqlText text) => $@"replace(replace(replace({text}, '\', '\\'), '%', '\%'), '_', '\_')";
}

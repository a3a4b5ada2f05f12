namespace Cities.Api.Features;

/// <summary>Patterns of SQL's LIKE.</summary>
internal static class LikePattern
{
    /// <summary>
    /// SQL for a text in which percent, underscore and backslash stand for themselves. The database escapes, and not we: without
    /// its accent, so to speak, a full-width percent sign is a percent sign.
    /// </summary>
    /// <param name="text">SQL for the text.</param>
    public static string Sql(string text) => $@"replace(replace(replace({text}, '\', '\\'), '%', '\%'), '_', '\_')";
}

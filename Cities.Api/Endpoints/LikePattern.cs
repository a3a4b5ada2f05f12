using System.Text.RegularExpressions;

namespace Cities.Api.Endpoints;

/// <summary>Patterns of SQL's LIKE.</summary>
internal static partial class LikePattern
{
    /// <summary>Makes a text stand for itself: percent, underscore and backslash mean something in a pattern.</summary>
    public static string Escape(string text) => Special().Replace(text, @"\$0");

    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex Special();
}

using System.Buffers;
using System.Globalization;
using System.Text;
using AnyAscii;

namespace Cities.Data;

/// <summary>
/// The rules for names of places. The importer removes format characters and white space at the ends from names in
/// files, and rejects rows whose names are then empty or contain control characters. The API rejects such corrections.
/// </summary>
public static class PlaceNames
{
    /// <summary>
    /// The zero-width non-joiner and joiner, the only format characters within names: the spelling of Persian and of
    /// languages of India requires them.
    /// </summary>
    private const int ZeroWidthNonJoiner = 0x200C, ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Removes the white space at the ends of a name, and format characters such as the soft hyphen, the zero-width
    /// space and marks of direction.
    /// </summary>
    /// <param name="utf8">The name in valid UTF-8.</param>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> utf8)
    {
        if (Contains(utf8, IsRemoved))
        {
            var kept = Encoding.UTF8.GetString(utf8).EnumerateRunes().Where(rune => !IsRemoved(rune));
            utf8 = Encoding.UTF8.GetBytes(string.Concat(kept));
        }

        while (Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done
            && Rune.IsWhiteSpace(rune))
        {
            utf8 = utf8[length..];
        }

        while (Rune.DecodeLastFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done
            && Rune.IsWhiteSpace(rune))
        {
            utf8 = utf8[..^length];
        }

        return utf8;
    }

    /// <summary>Whether a name contains no control character and no line separator.</summary>
    /// <param name="utf8">The name in valid UTF-8.</param>
    public static bool IsDisplayable(ReadOnlySpan<byte> utf8) => !Contains(utf8, IsControl);

    /// <summary>Whether a text is a name in its normal form that can be displayed.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValid(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        return utf8.Length > 0 && Normalize(utf8).Length == utf8.Length && IsDisplayable(utf8);
    }

    /// <summary>Transliterates a name to ASCII: <c>Łódź</c> to <c>Lodz</c>, <c>東京</c> to <c>DongJing</c>.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The name in printable ASCII. It is empty if no character has a transliteration.</returns>
    /// <remarks>The transliterations are those of AnyAscii.</remarks>
    public static string ToAscii(string name) => name.Transliterate().Trim();

    private static bool Contains(ReadOnlySpan<byte> utf8, Predicate<Rune> predicate)
    {
        // Most names are printable ASCII.
        if (!utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return false;
        while (Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done)
        {
            if (predicate(rune))
                return true;
            utf8 = utf8[length..];
        }

        return false;
    }

    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsRemoved(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        && rune.Value is not (ZeroWidthNonJoiner or ZeroWidthJoiner);
}

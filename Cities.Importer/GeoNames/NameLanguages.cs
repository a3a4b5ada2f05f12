using System.Text;

namespace Cities.Importer.GeoNames;

/// <summary>The languages whose alternative names are imported.</summary>
internal sealed class NameLanguages
{
    /// <summary>The ISO 639-2 code for "undetermined". It represents the empty language of GeoNames.</summary>
    private const string Undetermined = "und";

    private const string Every = "all";

    private readonly HashSet<string> _codes;
    private readonly bool _all;

    /// <param name="codes">Language codes as GeoNames writes them, <c>und</c> and <c>all</c>.</param>
    public NameLanguages(IEnumerable<string> codes)
    {
        _codes = codes.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _all = _codes.Contains(Every);
    }

    /// <param name="language">The language in ASCII; empty if it is not known.</param>
    public bool Includes(ReadOnlySpan<byte> language)
    {
        if (_all)
            return true;
        if (language.IsEmpty)
            return _codes.Contains(Undetermined);
        Span<char> code = stackalloc char[language.Length];
        return Encoding.ASCII.TryGetChars(language, code, out _)
            && _codes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(code);
    }
}

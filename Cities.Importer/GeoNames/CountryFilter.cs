using System.Text;

namespace Cities.Importer.GeoNames;

/// <summary>The countries whose rows are imported.</summary>
/// <param name="codes">ISO 3166-1 alpha-2 codes in upper case; empty for all countries.</param>
internal sealed class CountryFilter(IEnumerable<string> codes)
{
    private readonly HashSet<string> _codes = [.. codes];

    public bool Includes(ReadOnlySpan<byte> code)
    {
        if (_codes.Count == 0)
            return true;
        Span<char> text = stackalloc char[2];
        return code.Length == text.Length
            && Encoding.ASCII.TryGetChars(code, text, out _)
            && _codes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text);
    }
}

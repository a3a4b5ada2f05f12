using System.Text;
using Cities.Data;

namespace Cities.Importer.GeoNames;

/// <summary>Selects the populated places to import by kind, population and feature code.</summary>
/// <param name="kinds">Cities, districts, or both.</param>
/// <param name="minimumPopulation">Places with fewer inhabitants are excluded.</param>
/// <param name="featureCodes">The feature codes to import; empty for all codes of class P.</param>
internal class PlaceFilter(DataKinds kinds, long minimumPopulation, IEnumerable<string> featureCodes)
{
    /// <summary>GeoNames' codes have at most 10 characters. A line of a damaged file can have a million.</summary>
    private const int MaximumCodeLength = 16;

    private readonly HashSet<string> _featureCodes = [.. featureCodes];

    /// <summary>Whether a place is imported.</summary>
    /// <param name="featureCode">GeoNames' feature code.</param>
    /// <param name="population">Number of inhabitants.</param>
    public virtual bool Includes(ReadOnlySpan<byte> featureCode, long population) =>
        population >= minimumPopulation
        // Not HasFlag: it boxes both operands if the flag is not a constant.
        && (kinds & (IsDistrict(featureCode) ? DataKinds.District : DataKinds.City)) != 0
        && (_featureCodes.Count == 0 || Contains(featureCode));

    public static bool IsDistrict(ReadOnlySpan<byte> featureCode) => featureCode.SequenceEqual("PPLX"u8);

    private bool Contains(ReadOnlySpan<byte> featureCode)
    {
        Span<char> code = stackalloc char[MaximumCodeLength];
        return featureCode.Length <= code.Length
            && Encoding.UTF8.TryGetChars(featureCode, code, out var written)
            && _featureCodes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(code[..written]);
    }
}

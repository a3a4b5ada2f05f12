using System.Text;
using Cities.Data;

namespace Cities.Importer.GeoNames;

/// <summary>Which populated places are imported, besides those of the chosen countries.</summary>
/// <param name="kinds">Cities, districts, or both.</param>
/// <param name="minimumPopulation">Places with fewer inhabitants are left out.</param>
/// <param name="featureCodes">The feature codes that are imported; empty for all of class P.</param>
internal class PlaceFilter(DataKinds kinds, long minimumPopulation, IEnumerable<string> featureCodes)
{
    /// <summary>GeoNames' codes have at most 10 characters; a line of a damaged file may have a million.</summary>
    private const int MaximumCodeLength = 16;

    private readonly HashSet<string> _featureCodes = [.. featureCodes];

    /// <summary>Whether the place of a row is imported.</summary>
    /// <param name="featureCode">GeoNames' feature code.</param>
    /// <param name="population">Number of inhabitants.</param>
    public virtual bool Includes(ReadOnlySpan<byte> featureCode, long population) =>
        population >= minimumPopulation
        // Not HasFlag, which boxes both sides where the flag is no constant.
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

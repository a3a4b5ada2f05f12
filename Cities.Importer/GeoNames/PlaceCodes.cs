using System.IO.Hashing;

namespace Cities.Importer.GeoNames;

/// <summary>
/// Maps the codes of countries and divisions to ids, so that the importer resolves references, and reports unknown
/// codes with their line, while it reads a file. Its size depends on the number of administrative divisions, about
/// 50,000, not on the size of the file.
/// </summary>
internal sealed class PlaceCodes
{
    private const int MaximumKeyLength = 64;

    private readonly Dictionary<byte[], int> _ids = new(Utf8Comparer.Instance);
    private readonly CountryFilter _imported;

    /// <param name="imported">The countries whose places are imported.</param>
    public PlaceCodes(CountryFilter imported) => _imported = imported;

    /// <summary>Whether the places of a country are imported.</summary>
    public bool Imports(ReadOnlySpan<byte> countryCode) => _imported.Includes(countryCode);

    /// <summary>Adds the id of a code such as <c>GB</c>, <c>GB.ENG</c> or <c>GB.ENG.GLA</c>.</summary>
    /// <returns>False if the code already has an id.</returns>
    public bool TryAdd(ReadOnlySpan<byte> code, int id) => _ids.TryAdd(code.ToArray(), id);

    /// <summary>Gets the id of a code, or null if the code is unknown.</summary>
    public int? Find(ReadOnlySpan<byte> code) =>
        _ids.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(code, out var id) ? id : null;

    /// <summary>Gets the id of the country in a column.</summary>
    /// <exception cref="MalformedRowException">countryInfo.txt does not contain the country.</exception>
    public int Country(in Row row, int column) =>
        Find(row[column]) ?? throw row.Malformed(column, "country code", "is not in countryInfo.txt");

    /// <summary>Gets the region of a country by its admin1 code, or null if GeoNames does not list it.</summary>
    public int? Region(ReadOnlySpan<byte> country, ReadOnlySpan<byte> admin1) => Find(country, admin1, []);

    /// <summary>
    /// Gets the subregion of a country by its admin1 and admin2 codes, or null if GeoNames does not list it.
    /// </summary>
    public int? Subregion(ReadOnlySpan<byte> country, ReadOnlySpan<byte> admin1, ReadOnlySpan<byte> admin2) =>
        admin2.IsEmpty ? null : Find(country, admin1, admin2);

    private int? Find(ReadOnlySpan<byte> country, ReadOnlySpan<byte> admin1, ReadOnlySpan<byte> admin2)
    {
        if (admin1.IsEmpty || country.Length + admin1.Length + admin2.Length + 2 > MaximumKeyLength)
            return null;
        Span<byte> key = stackalloc byte[MaximumKeyLength];
        country.CopyTo(key);
        var length = country.Length;
        key[length++] = (byte)'.';
        admin1.CopyTo(key[length..]);
        length += admin1.Length;
        if (!admin2.IsEmpty)
        {
            key[length++] = (byte)'.';
            admin2.CopyTo(key[length..]);
            length += admin2.Length;
        }

        return Find(key[..length]);
    }

    private sealed class Utf8Comparer
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);
    }
}

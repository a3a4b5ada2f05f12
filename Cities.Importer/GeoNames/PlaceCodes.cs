using System.IO.Hashing;

namespace Cities.Importer.GeoNames;

/// <summary>
/// The ids behind GeoNames' codes, so that references are resolved, and unknown ones reported with their line, while a
/// file is read. Its size is bounded by the number of administrative divisions, some 50,000, not by the file's.
/// </summary>
internal sealed class PlaceCodes
{
    private const int MaximumKeyLength = 64;

    private readonly Dictionary<byte[], int> _ids = new(Utf8Comparer.Instance);
    private readonly CountryFilter _imported;

    /// <param name="imported">The countries whose places are imported.</param>
    public PlaceCodes(CountryFilter imported) => _imported = imported;

    /// <summary>Whether rows of a country are imported.</summary>
    public bool Imports(ReadOnlySpan<byte> countryCode) => _imported.Includes(countryCode);

    /// <summary>Remembers the id of a code such as <c>GB</c>, <c>GB.ENG</c> or <c>GB.ENG.GLA</c>.</summary>
    /// <returns>False where the code is known already.</returns>
    public bool TryAdd(ReadOnlySpan<byte> code, int id) => _ids.TryAdd(code.ToArray(), id);

    /// <summary>The id of a code, or null where it is unknown.</summary>
    public int? Find(ReadOnlySpan<byte> code) =>
        _ids.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(code, out var id) ? id : null;

    /// <summary>The country of a column.</summary>
    /// <exception cref="MalformedRowException">It is not in countryInfo.txt.</exception>
    public int Country(in Row row, int column) =>
        Find(row[column]) ?? throw row.Malformed(column, "country code", "is not in countryInfo.txt");

    /// <summary>The region of a country and an admin1 code, or null where GeoNames lists none.</summary>
    public int? Region(ReadOnlySpan<byte> country, ReadOnlySpan<byte> admin1) => Find(country, admin1, []);

    /// <summary>The subregion of a country, an admin1 and an admin2 code, or null where GeoNames lists none.</summary>
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

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);
    }
}

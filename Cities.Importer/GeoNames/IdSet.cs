using System.Collections;

namespace Cities.Importer.GeoNames;

/// <summary>
/// A set of ids. It stores one bit per id, in pages that are allocated on demand. All ids of GeoNames need two
/// megabytes.
/// </summary>
internal sealed class IdSet
{
    private const int PageBits = 16;

    private readonly Dictionary<int, BitArray> _pages = [];

    public bool Contains(int id) =>
        _pages.TryGetValue(id >> PageBits, out var page) && page[id & ((1 << PageBits) - 1)];

    /// <returns>False if the set already contains the id.</returns>
    public bool TryAdd(int id)
    {
        if (!_pages.TryGetValue(id >> PageBits, out var page))
            _pages.Add(id >> PageBits, page = new BitArray(1 << PageBits));
        var bit = id & ((1 << PageBits) - 1);
        if (page[bit])
            return false;
        page[bit] = true;
        return true;
    }

    /// <summary>Adds the id of a row.</summary>
    /// <exception cref="MalformedRowException">The id is invalid, or the set already contains it.</exception>
    public int Add(in Row row, int column, string name)
    {
        var id = row.Id(column, name);
        return TryAdd(id) ? id : throw row.Malformed(column, name, "occurs twice in the file");
    }
}

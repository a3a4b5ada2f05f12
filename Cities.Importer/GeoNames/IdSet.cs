using System.Collections;

namespace Cities.Importer.GeoNames;

/// <summary>The ids seen so far, a bit each in pages that are made when needed: all of GeoNames' fit in two megabytes.</summary>
internal sealed class IdSet
{
    private const int PageBits = 16;

    private readonly Dictionary<int, BitArray> _pages = [];

    public bool Contains(int id) =>
        _pages.TryGetValue(id >> PageBits, out var page) && page[id & ((1 << PageBits) - 1)];

    /// <returns>False where the id is there already.</returns>
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
    /// <exception cref="MalformedRowException">It is no id, or is there already.</exception>
    public int Add(in Row row, int column, string name)
    {
        var id = row.Id(column, name);
        return TryAdd(id) ? id : throw row.Malformed(column, name, "occurs twice in the file");
    }
}

namespace Cities.Importer.GeoNames;

/// <summary>The ids of the places that an import has read.</summary>
internal sealed class PlaceIds
{
    private readonly IdSet _populated = new();

    /// <summary>All places, including countries and divisions. Their alternative names are imported.</summary>
    public IdSet All { get; } = new();

    /// <summary>Sections of populated places.</summary>
    public IdSet Districts { get; } = new();

    /// <summary>Adds the id of a populated place.</summary>
    /// <exception cref="MalformedRowException">The id is invalid or occurred before.</exception>
    public int Add(in Row row, int column, string name, bool isDistrict)
    {
        var id = _populated.Add(row, column, name);
        All.TryAdd(id);
        if (isDistrict)
            Districts.TryAdd(id);
        return id;
    }
}

using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// hierarchy.zip: parent id, child id, type. Of its rows those are kept whose child is a district; whether the parent is
/// a city is seen once all cities are there (<see cref="DistrictCities"/>).
/// </summary>
/// <param name="districts">The ids of the districts, which have been read before.</param>
internal sealed class HierarchyFile(IdSet districts) : IRowLoader
{
    public static readonly Table Table = new("hierarchy", "id", "parent_id")
    {
        Definition = "id integer NOT NULL, parent_id integer NOT NULL",
    };

    public int ColumnCount => 2;

    /// <summary>The type, such as <c>ADM</c>, which is of no use here and often left out.</summary>
    public int OptionalColumnCount => 1;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var parent = row.Id(0, "parent id");
        var child = row.Id(1, "child id");
        if (!districts.Contains(child))
            return;
        copy.BeginRow();
        copy.Int32(child);
        copy.Int32(parent);
    }
}

using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// hierarchy.zip: parent id, child id, type. Only rows whose child is a district are kept. <see cref="DistrictCities"/>
/// checks later whether the parent is a city.
/// </summary>
/// <param name="districts">The ids of the districts.</param>
internal sealed class HierarchyFile(IdSet districts) : IRowLoader
{
    public static readonly Table Table = new("hierarchy", "id", "parent_id")
    {
        Definition = "id integer NOT NULL, parent_id integer NOT NULL",
    };

    public int ColumnCount => 2;

    /// <summary>The type, such as <c>ADM</c>. It is not used, and many rows omit it.</summary>
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

using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// deletes-yyyy-MM-dd.txt: geonameid, name, comment; alternateNamesDeletes-yyyy-MM-dd.txt: alternateNameId, geonameid,
/// name, comment. Only the id is used.
/// </summary>
/// <param name="columnCount">The number of columns, including the comment: 3 or 4.</param>
/// <param name="table">The temporary table for the ids.</param>
internal sealed class DeletesFile(int columnCount, Table table) : IRowLoader
{
    public int ColumnCount => columnCount - 1;

    /// <summary>The comment.</summary>
    public int OptionalColumnCount => 1;

    Table IRowLoader.Table => table;

    public void Load(in Row row, CopyWriter copy) => copy.Id(row.Id(0, "id"));
}

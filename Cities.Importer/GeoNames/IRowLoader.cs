using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>Converts the rows of a GeoNames file into rows of a table.</summary>
internal interface IRowLoader
{
    /// <summary>Minimum number of columns of a row.</summary>
    int ColumnCount { get; }

    /// <summary>Number of additional columns that a row can have.</summary>
    int OptionalColumnCount => 0;

    /// <summary>The table that the rows are copied into.</summary>
    Table Table { get; }

    /// <summary>
    /// Writes a row, unless the options exclude it. It reads the row completely before it writes the first value.
    /// </summary>
    /// <exception cref="MalformedRowException">The row is malformed. Nothing was written.</exception>
    void Load(in Row row, CopyWriter copy);
}

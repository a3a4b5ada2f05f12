using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>Turns the rows of one GeoNames file into rows of a table.</summary>
internal interface IRowLoader
{
    /// <summary>How many columns a row has at least.</summary>
    int ColumnCount { get; }

    /// <summary>How many more columns a row may have.</summary>
    int OptionalColumnCount => 0;

    /// <summary>The table that the rows are copied into.</summary>
    Table Table { get; }

    /// <summary>Writes a row, or leaves it out where the options say so. Reads all of it before it writes any.</summary>
    /// <exception cref="MalformedRowException">The row cannot be imported; nothing of it was written.</exception>
    void Load(in Row row, CopyWriter copy);
}

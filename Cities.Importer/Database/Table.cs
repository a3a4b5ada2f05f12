namespace Cities.Importer.Database;

/// <summary>A table that is filled from GeoNames; its name and columns are the migration's.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Columns">The columns that are copied from a file, in the order of the copy, the key <c>id</c> first.</param>
internal sealed record Table(string Name, params string[] Columns)
{
    /// <summary>Columns that are computed in the temporary table once the rows are in it.</summary>
    public string[] ComputedColumns { get; init; } = [];

    /// <summary>Name of the temporary table that holds the rows of the files.</summary>
    public string Incoming { get; } = "incoming_" + Name;
}

namespace Cities.Importer.Database;

/// <summary>A table that is filled from GeoNames; its name and columns are the migrations'.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Columns">The columns that are copied from a file, in the order of the copy, the key <c>id</c> first.</param>
internal sealed record Table(string Name, params string[] Columns)
{
    /// <summary>Columns that are computed once the rows are in the temporary table.</summary>
    public string[] ComputedColumns { get; init; } = [];

    /// <summary>The columns of a table that there is only while an import runs, or null for one that stays.</summary>
    public string? Definition { get; init; }

    /// <summary>Whether the rows of all countries are imported, whichever are chosen.</summary>
    public bool IsWorldwide { get; init; }

    /// <summary>Whether rows stay although they are gone from the file: GeoNames keeps even countries that are no more.</summary>
    public bool IsNeverDeleted { get; init; }

    /// <summary>Whether editors may add rows, which are in no file.</summary>
    public bool HasLocalRows { get; init; }

    /// <summary>The condition, on <c>existing</c>, for a row of the countries whose codes are in the array <c>$1</c>.</summary>
    public string CountryCondition { get; init; } =
        "existing.country_id IN (SELECT id FROM countries WHERE code = ANY ($1))";

    /// <summary>Name of the temporary table that holds the rows of the files.</summary>
    public string Incoming { get; } = "incoming_" + Name;
}

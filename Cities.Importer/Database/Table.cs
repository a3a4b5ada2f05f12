namespace Cities.Importer.Database;

/// <summary>A table that is loaded from GeoNames. The migrations define the table and its columns.</summary>
/// <param name="Name">Name of the table.</param>
/// <param name="Columns">
/// The columns that are copied from a file, in this order. The first one is the key <c>id</c>.
/// </param>
internal sealed record Table(string Name, params string[] Columns)
{
    /// <summary>Columns that are computed after the rows have been copied into the temporary table.</summary>
    public string[] ComputedColumns { get; init; } = [];

    /// <summary>The column definitions of a temporary table, or null for a permanent table.</summary>
    public string? Definition { get; init; }

    /// <summary>Whether the rows of all countries are imported, regardless of the selected countries.</summary>
    public bool IsWorldwide { get; init; }

    /// <summary>
    /// Whether rows are kept that the file does not contain any more. GeoNames keeps even countries that have been
    /// dissolved.
    /// </summary>
    public bool IsNeverDeleted { get; init; }

    /// <summary>Whether editors can add rows, which no file contains.</summary>
    public bool HasLocalRows { get; init; }

    /// <summary>
    /// The condition, on <c>existing</c>, for rows of the countries whose codes are in the array <c>$1</c>.
    /// </summary>
    public string CountryCondition { get; init; } =
        "existing.country_id IN (SELECT id FROM countries WHERE code = ANY ($1))";

    /// <summary>Name of the temporary table for the rows of the files.</summary>
    public string Incoming { get; } = "incoming_" + Name;
}

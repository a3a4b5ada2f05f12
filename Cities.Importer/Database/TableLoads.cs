using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// The loads of a run, and the steps that imports and updates share. Tables are merged in the order of
/// <see cref="Tables.All"/>, in which a table follows the tables that it refers to. Rows are deleted in the reverse
/// order.
/// </summary>
/// <param name="connection">The connection of the run's transaction.</param>
/// <param name="maximumDeletedShare">The share of the rows of a table that can be deleted, 0 to 1.</param>
internal sealed class TableLoads(NpgsqlConnection connection, double maximumDeletedShare)
{
    private readonly Dictionary<Table, TableLoad> _loads = [];

    /// <summary>The changes to the alternative names if the run does not load them, or null.</summary>
    private ImportedTable? _names;

    /// <summary>
    /// The loads of the tables in <see cref="Tables.All"/>, in that order. Temporary tables are not included.
    /// </summary>
    public IEnumerable<TableLoad> Merged => Tables.All.Select(each => Find(each.Table)).OfType<TableLoad>();

    /// <summary>The changes to each table so far.</summary>
    public IEnumerable<ImportedTable> Changes =>
        _names is null ? Merged.Select(load => load.Changes) : [.. Merged.Select(load => load.Changes), _names];

    /// <summary>The load of a table that the run loads.</summary>
    /// <exception cref="KeyNotFoundException">The run does not load the table.</exception>
    public TableLoad this[Table table] => _loads[table];

    /// <summary>The load of a table, or null if the run does not load it.</summary>
    public TableLoad? Find(Table table) => _loads.GetValueOrDefault(table);

    /// <summary>Adds a table, and creates the table that its rows are copied into.</summary>
    /// <param name="table">The table.</param>
    /// <param name="countries">The countries whose rows are loaded; empty for all countries.</param>
    /// <param name="freshSchema">The schema in which the table is rebuilt, or null if it is not rebuilt.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task AddAsync(
        Table table, string[] countries, string? freshSchema, CancellationToken cancellationToken)
    {
        var load = await TableLoad.CreateAsync(connection, table, freshSchema, cancellationToken);
        load.Countries = countries;
        Add(load);
    }

    /// <summary>Adds a table that another connection has loaded.</summary>
    public void Add(TableLoad load) => _loads.Add(load.Table, load);

    /// <summary>Indexes and analyzes the incoming rows, so that they can be merged.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var load in Merged)
            await load.PrepareAsync(cancellationToken);
    }

    /// <summary>Deletes rows.</summary>
    /// <param name="condition">
    /// For each load, the condition on <c>existing</c> of the rows to delete, or null if no row is to be deleted.
    /// </param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="ImportException">A condition matches too large a share of the rows of a table.</exception>
    public async Task DeleteAsync(Func<TableLoad, string?> condition, CancellationToken cancellationToken)
    {
        foreach (var load in Merged.Reverse())
        {
            if (condition(load) is { } rows)
                await load.DeleteAsync(rows, maximumDeletedShare, cancellationToken);
        }
    }

    /// <summary>
    /// Applies the corrections of editors to the incoming rows of a table, updates and inserts rows, and analyzes the
    /// table.
    /// </summary>
    /// <param name="load">The load of the table. The tables that it refers to must have been merged.</param>
    /// <param name="isCurrent">
    /// A condition on <c>existing</c> and <c>incoming</c> that is true if the incoming row is not older, or null to
    /// update always.
    /// </param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task UpsertAsync(TableLoad load, string? isCurrent, CancellationToken cancellationToken)
    {
        if (load.Table == GeonameFile.Cities)
            await Corrections.ApplyAsync(connection, load, isCurrent, cancellationToken);
        await load.UpsertAsync(isCurrent, cancellationToken);
        await load.CompleteAsync(cancellationToken);
    }

    /// <summary>
    /// Updates data that no foreign key keeps consistent with the cities: the links of districts that were not loaded,
    /// the alternative names of deleted places, and the names that editors added to restored cities.
    /// </summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (Find(GeonameFile.Districts) is null)
            await DistrictCities.ForgetGoneAsync(connection, cancellationToken);
        // After all tables: a city that has become a district is deleted from one table and inserted into another.
        var deleted = await OrphanedNames.DeleteIfNeededAsync(connection, Merged, cancellationToken);
        var restored = await Corrections.RestoreNamesAsync(connection, cancellationToken);
        if (deleted + restored == 0)
            return;
        var changes = Find(AlternateNamesFile.Table)?.Changes
            ?? (_names = new ImportedTable { Name = AlternateNamesFile.Table.Name });
        changes.Deleted += deleted;
        changes.Inserted += restored;
    }

    /// <summary>Drops the tables that rows were copied into, so that the next day's changes can be loaded.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        foreach (var load in _loads.Values)
            await load.DropAsync(cancellationToken);
    }
}

using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>Alternative names whose place is gone. No foreign key finds them, since a place can be in any of six tables.</summary>
internal static class OrphanedNames
{
    /// <summary>The statement that deletes them from a table of alternative names.</summary>
    public static string DeleteFrom(string table) =>
        $"DELETE FROM {table} existing WHERE " + string.Join(
            " AND ",
            Tables.Places.Select(places => $"NOT EXISTS (SELECT FROM {places.Name} place WHERE place.id = existing.geoname_id)"));

    /// <summary>Deletes them, where places have been deleted.</summary>
    public static async Task DeleteIfNeededAsync(
        NpgsqlConnection connection, IEnumerable<TableLoad> loads, CancellationToken cancellationToken)
    {
        if (loads.Any(load => load.Changes.Deleted > 0 && Tables.Places.Contains(load.Table)))
            await connection.ExecuteAsync(DeleteFrom(AlternateNamesFile.Table.Name), cancellationToken);
    }
}

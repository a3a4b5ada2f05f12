using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Deletes alternative names of deleted places. A foreign key cannot do that, because the place can be in any of six
/// tables.
/// </summary>
internal static class OrphanedNames
{
    /// <summary>Gets the statement that deletes the orphaned names from a table.</summary>
    public static string DeleteFrom(string table) =>
        $"DELETE FROM {table} existing WHERE " + string.Join(
            " AND ",
            Tables.Places.Select(
                places => $"NOT EXISTS (SELECT FROM {places.Name} place WHERE place.id = existing.geoname_id)"));

    /// <summary>Deletes the orphaned names if places have been deleted.</summary>
    /// <returns>The number of deleted names.</returns>
    public static async Task<int> DeleteIfNeededAsync(
        NpgsqlConnection connection, IEnumerable<TableLoad> loads, CancellationToken cancellationToken)
    {
        if (!loads.Any(load => load.Changes.Deleted > 0 && Tables.Places.Contains(load.Table)))
            return 0;
        return await connection.ExecuteAsync(DeleteFrom(AlternateNamesFile.Table.Name), cancellationToken);
    }
}

using System.Text;
using Cities.Data;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Reads the codes and ids of places from the database that an import does not read from files, because it does not
/// import their kind or country.
/// </summary>
internal static class ExistingPlaces
{
    /// <summary>Adds the codes and ids to those of the plan.</summary>
    public static async Task ReadAsync(
        NpgsqlConnection connection, ImportPlan plan, ImportOptions options, CancellationToken cancellationToken)
    {
        var kinds = options.KindFlags;
        await ReadCodesAsync(connection, plan.Codes, kinds, options.CountryCodes, cancellationToken);
        if (!kinds.HasFlag(DataKinds.AlternativeName))
            return;
        foreach (var table in Tables.All.Where(each => !kinds.HasFlag(each.Kind)).Select(each => each.Table))
        {
            // Continents do not belong to a country.
            if (!Tables.Places.Contains(table) || (table == Continents.Table && options.CountryCodes is not []))
                continue;
            await ReadIdsAsync(connection, plan.Ids.All, table, options.CountryCodes, cancellationToken);
        }
    }

    /// <summary>Reads the codes of all countries and divisions.</summary>
    public static async Task<PlaceCodes> ReadCodesAsync(
        NpgsqlConnection connection, string[] countryCodes, CancellationToken cancellationToken)
    {
        var codes = new PlaceCodes(new CountryFilter(countryCodes));
        await ReadCodesAsync(connection, codes, DataKinds.None, [], cancellationToken);
        return codes;
    }

    /// <param name="connection">The connection of the import.</param>
    /// <param name="codes">Receives the codes.</param>
    /// <param name="fromFiles">The kinds whose codes are read from files.</param>
    /// <param name="countryCodes">The countries whose codes are read from files; empty for all countries.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    private static async Task ReadCodesAsync(
        NpgsqlConnection connection,
        PlaceCodes codes,
        DataKinds fromFiles,
        string[] countryCodes,
        CancellationToken cancellationToken)
    {
        await foreach (var (code, id) in connection.QueryAsync(
            """
            SELECT code, id FROM countries WHERE NOT $1
            UNION ALL
            SELECT country.code || '.' || region.code, region.id
            FROM regions region JOIN countries country ON country.id = region.country_id
            WHERE NOT ($2 AND (cardinality($4) = 0 OR country.code = ANY ($4)))
            UNION ALL
            SELECT country.code || '.' || region.code || '.' || subregion.code, subregion.id
            FROM subregions subregion
            JOIN countries country ON country.id = subregion.country_id
            JOIN regions region ON region.id = subregion.region_id
            WHERE NOT ($3 AND (cardinality($4) = 0 OR country.code = ANY ($4)))
            """,
            reader => (reader.GetString(0), reader.GetInt32(1)),
            cancellationToken,
            [
                fromFiles.HasFlag(DataKinds.Country), fromFiles.HasFlag(DataKinds.Region),
                fromFiles.HasFlag(DataKinds.Subregion), countryCodes,
            ]))
        {
            codes.TryAdd(Encoding.UTF8.GetBytes(code), id);
        }
    }

    private static async Task ReadIdsAsync(
        NpgsqlConnection connection, IdSet ids, Table table, string[] countryCodes, CancellationToken cancellationToken)
    {
        var isScoped = countryCodes.Length > 0;
        var condition = !isScoped ? "true" : table.IsWorldwide ? "existing.code = ANY ($1)" : table.CountryCondition;
        await foreach (var id in connection.QueryAsync(
            $"SELECT id FROM {table.Name} existing WHERE {condition}",
            reader => reader.GetInt32(0),
            cancellationToken,
            isScoped ? [countryCodes] : null))
        {
            ids.TryAdd(id);
        }
    }
}

using System.Diagnostics;
using Cities.Importer.Database;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>What is in a database, as texts that tell where two differ.</summary>
internal static class DatabaseState
{
    /// <summary>The condition, on <c>pg_stat_activity</c>, for the sessions of a process of the importer.</summary>
    public const string IsImporter =
        $"datname = current_database() AND application_name = '{ImporterProcess.ApplicationName}'";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>For each table its rows and a digest of them, and the fingerprint of the run that made it so.</summary>
    public static Task<string> ContentAsync(this TestDatabase database) => database.ScalarAsync<string>(
        $"""
        SELECT string_agg(name || ' ' || digest, E'\n' ORDER BY name)
        FROM (
          SELECT 'version' AS name, coalesce((
            SELECT fingerprint FROM import_runs WHERE outcome = 'Succeeded' ORDER BY id DESC LIMIT 1), '') AS digest
          UNION ALL {string.Join(" UNION ALL ", Tables.All.Select(each =>
            $"""
            SELECT '{each.Table.Name}',
              count(*) || ' ' || md5(coalesce(string_agg(row::text, '' ORDER BY id::text COLLATE "C"), ''))
            FROM {each.Table.Name} AS row
            """))}) AS tables
        """);

    /// <summary>Tables, columns, indexes and constraints with all that belongs to them, and the schemas that they are in.</summary>
    public static Task<string> SchemaAsync(this TestDatabase database) => database.ScalarAsync<string>(
        """
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C")
        FROM (
          SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relpersistence, relowner::regrole, relacl, reloptions,
            relreplident, relrowsecurity, obj_description(oid, 'pg_class')) AS line
          FROM pg_class WHERE relkind <> 't' AND relnamespace <> 'pg_toast'::regnamespace
          UNION ALL
          SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
            attidentity, attgenerated, pg_get_expr(adbin, adrelid), attstorage, attcollation, attacl, attstattarget)
          FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
          JOIN pg_class ON pg_class.oid = attrelid AND relnamespace <> 'pg_toast'::regnamespace
          WHERE attnum > 0 AND NOT attisdropped
          UNION ALL
          SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisprimary, indisunique)
          FROM pg_index JOIN pg_class ON oid = indrelid AND relnamespace <> 'pg_toast'::regnamespace
          UNION ALL
          SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))
          FROM pg_constraint) AS lines
        WHERE line !~ ' pg_catalog|^[a-z]+ "?(pg_|information_schema)'
        """);

    /// <summary>The schemas in which tables are built, that are there.</summary>
    public static Task<string> BuildSchemasAsync(this TestDatabase database) => database.ScalarAsync<string>(
        "SELECT coalesce(string_agg(nspname, ' ' ORDER BY nspname), '') FROM pg_namespace WHERE nspname LIKE 'cities%'");

    /// <summary>Waits until a session of an importer meets a condition on <c>pg_stat_activity</c>.</summary>
    public static Task WaitForImporterAsync(
        this TestDatabase database, string condition, CancellationToken cancellationToken) =>
        database.WaitForSessionsAsync(condition, areThere: true, cancellationToken);

    /// <summary>
    /// Waits until the server has ended the sessions of an importer that is gone, which it notices when it next looks.
    /// </summary>
    public static Task WaitForImporterToBeGoneAsync(this TestDatabase database, CancellationToken cancellationToken) =>
        database.WaitForSessionsAsync("true", areThere: false, cancellationToken);

    private static async Task WaitForSessionsAsync(
        this TestDatabase database, string condition, bool areThere, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (await database.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {IsImporter} AND ({condition}))") != areThere)
        {
            Assert.True(
                waited.Elapsed < Timeout,
                $"Sessions of the importer ({condition}) are {(areThere ? "not there" : "still there")} after {Timeout}.");
            await Task.Delay(10, cancellationToken);
        }
    }
}

using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>
/// An index that takes an importer minutes to make, because it takes long to tell what goes into it: where it is on a table
/// that is empty, an import creates it again.
/// </summary>
internal sealed class LastingIndex : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private LastingIndex(TestDatabase database) => _database = database;

    public static async Task<LastingIndex> CreateAsync(TestDatabase database, string table)
    {
        // Only for an importer: a row that was deleted is indexed too while some transaction, such as an autovacuum's ANALYZE,
        // can still see it.
        await database.ScalarAsync<int>(
            $"""
            CREATE FUNCTION lasting(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                IF current_setting('application_name') = '{ImporterProcess.ApplicationName}' THEN
                    PERFORM pg_sleep(0.1);
                END IF;
                RETURN $1;
            END $$;
            CREATE INDEX lasting ON {table} (lasting(id));
            SELECT 1
            """);
        return new LastingIndex(database);
    }

    /// <summary>Drops it; an importer that makes it is not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _database.ScalarAsync<long>(
            $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {DatabaseState.IsImporter}");
        await _database.ScalarAsync<int>("DROP FUNCTION lasting CASCADE; SELECT 1");
    }
}

using System.Diagnostics;
using Cities.Importer.Progress;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Rebuilds empty tables in a separate schema, and replaces the empty tables when the new ones are complete. Indexes
/// and foreign keys are created once for all rows, which is much faster than maintaining them during the copy. Readers
/// do not wait. Dropping the indexes or foreign keys of the existing tables would lock these tables, and the tables
/// that they refer to, until the end of the import.
/// </summary>
internal sealed class FreshTables
{
    private const string Schema = "cities_incoming";

    /// <summary>The schema of the table that a second connection builds and commits.</summary>
    private const string AsideSchema = "cities_incoming_aside";

    /// <summary>
    /// How long to wait for the lock of one table. Ten waits together are shorter than the deadlock timeout of the
    /// server.
    /// </summary>
    private const int LockMilliseconds = 50;

    private static readonly TimeSpan ShortLockPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongLockPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to try to lock the tables. It is also the timeout of a statement of the import.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromHours(1);

    private readonly NpgsqlConnection _connection;
    private readonly string _schema;
    private readonly List<FreshTable> _tables;

    private FreshTables(NpgsqlConnection connection, string schema, List<FreshTable> tables)
    {
        _connection = connection;
        _schema = schema;
        _tables = tables;
    }

    /// <summary>
    /// Creates the new tables, without indexes: the empty ones among the wanted tables, and the empty ones that refer
    /// to them. Afterwards, the search path resolves their names to the new tables.
    /// </summary>
    /// <param name="connection">The connection of the import's transaction.</param>
    /// <param name="wanted">The tables that the import loads.</param>
    /// <param name="aside">The table that a second connection builds (<see cref="CreateAsideAsync"/>), or null.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task<FreshTables> CreateAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<Table> wanted,
        Table? aside,
        CancellationToken cancellationToken)
    {
        var schema = (await connection.ScalarAsync<string>(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'cities'::regclass",
            cancellationToken))!;
        var referrers = await ReplaceableAsync(connection, cancellationToken);

        // In reverse order, because a table can be replaced only if all tables that refer to it can be replaced.
        var replaceable = new HashSet<string>();
        foreach (var (_, table) in Tables.All.Reverse())
        {
            if (referrers.TryGetValue(table.Name, out var names) && names.All(replaceable.Contains))
                replaceable.Add(table.Name);
        }

        var replaced = new HashSet<string>();
        foreach (var (_, table) in Tables.All)
        {
            var refersToReplaced =
                referrers.Any(each => replaced.Contains(each.Key) && each.Value.Contains(table.Name));
            if (replaceable.Contains(table.Name) && (wanted.Contains(table) || refersToReplaced))
                replaced.Add(table.Name);
        }

        var tables = new List<FreshTable>();
        foreach (var (_, table) in Tables.All.Where(each => replaced.Contains(each.Table.Name)))
        {
            var target = table == aside && wanted.Contains(table) ? AsideSchema : Schema;
            tables.Add(await DescribeAsync(connection, schema, target, table, cancellationToken));
        }

        var fresh = new FreshTables(connection, schema, tables);
        // An import that was killed can have left it.
        if (fresh.Aside is null)
            await DropAsideAsync(connection, cancellationToken);
        if (tables.Count > 0)
        {
            await CreateAsync(connection, Schema, tables, cancellationToken);
            await connection.ExecuteAsync(
                $"SELECT set_config('search_path', '{Schema}, ' || current_setting('search_path'), true)",
                cancellationToken);
        }

        return fresh;
    }

    /// <summary>The table that the second connection builds, or null.</summary>
    public Table? Aside => _tables.Find(fresh => fresh.Schema == AsideSchema)?.Table;

    /// <summary>The schema in which a table is rebuilt, or null if it is not rebuilt.</summary>
    public string? SchemaOf(Table table) => _tables.Find(fresh => fresh.Table == table)?.Schema;

    /// <summary>
    /// Creates the table that the second connection builds. It drops the table that a killed import has left.
    /// </summary>
    public Task CreateAsideAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        CreateAsync(connection, AsideSchema, _tables, cancellationToken);

    /// <summary>Creates the indexes of a table, and analyzes it.</summary>
    public async Task IndexAsync(
        NpgsqlConnection connection, Table table, IImportProgress progress, CancellationToken cancellationToken)
    {
        var statements = Find(table).Index;
        using var phase = progress.Begin($"Indexing {table.Name}", statements.Count);
        for (var done = 0; done < statements.Count; done++)
        {
            phase.Report(done);
            await connection.ExecuteAsync(statements[done], cancellationToken);
        }

        phase.Complete();
    }

    /// <summary>Creates the foreign keys of a table. The tables that it refers to must have their indexes.</summary>
    public async Task ConstrainAsync(Table table, CancellationToken cancellationToken)
    {
        if (Find(table).ForeignKeys is { Count: > 0 } foreignKeys)
            await _connection.ExecuteAsync(string.Join(";\n", foreignKeys), cancellationToken);
    }

    /// <summary>
    /// Replaces the empty tables with the new ones. It locks the tables for a short time before the commit.
    /// </summary>
    /// <exception cref="ImportException">
    /// A session has read the empty tables and has not ended its transaction in time.
    /// </exception>
    public async Task ReplaceAsync(IImportProgress progress, CancellationToken cancellationToken)
    {
        if (_tables.Count == 0)
            return;
        await LockAsync(progress, cancellationToken);
        await _connection.ExecuteAsync(
            string.Join(";\n", [
                .. Enumerable.Reverse(_tables).Select(fresh => $"DROP TABLE {_schema}.{fresh.Table.Name}"),
                .. _tables.Select(fresh => $"ALTER TABLE {fresh.Schema}.{fresh.Table.Name} SET SCHEMA {_schema}"),
                .. _tables
                    .Select(fresh => fresh.Schema).Append(Schema).Distinct().Select(schema => $"DROP SCHEMA {schema}"),
            ]),
            cancellationToken);
    }

    /// <summary>Drops the table that the second connection has built and committed, after a failure.</summary>
    public static Task DropAsideAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"DROP SCHEMA IF EXISTS {AsideSchema} CASCADE", cancellationToken);

    /// <summary>
    /// Locks the empty tables and the tables that they refer to, either all or none. A session that holds one lock
    /// while it waits for another could wait for a reader that waits for the first one. Readers also wait behind a
    /// session that waits for the lock of their table. Therefore every wait is short, and all locks are released
    /// between two attempts.
    /// </summary>
    private async Task LockAsync(IImportProgress progress, CancellationToken cancellationToken)
    {
        // Queries usually read a table before the tables that it refers to. In this order, an attempt that waits holds
        // no lock yet.
        List<string> tables = [.. Enumerable.Reverse(_tables).Select(fresh => $"{_schema}.{fresh.Table.Name}")];
        var replaced = string.Join(", ", tables.Select(table => $"'{table}'::regclass"));
        await foreach (var table in _connection.QueryAsync(
            $"""
            SELECT DISTINCT confrelid::regclass::text FROM pg_constraint
            WHERE contype = 'f' AND conrelid IN ({replaced}) AND confrelid NOT IN ({replaced})
            """,
            reader => reader.GetString(0),
            cancellationToken))
        {
            tables.Add(table);
        }

        var waited = Stopwatch.StartNew();
        IImportPhase? waiting = null;
        try
        {
            for (var tries = 1; !await TryLockAsync(tables, cancellationToken); tries++)
            {
                if (waited.Elapsed > LockTimeout)
                {
                    throw new ImportException(
                        ExitCode.Locked,
                        "The empty tables could not be replaced: another session has read them and did not end its "
                        + $"transaction within {LockTimeout.TotalMinutes:0} minutes.");
                }

                if (tries > tables.Count)
                    waiting ??= progress.Begin("Waiting for sessions that have read the empty tables");
                await Task.Delay(waiting is null ? ShortLockPause : LongLockPause, cancellationToken);
                // Continuous readers can hold a later table whenever the first lock is available. The next attempt
                // starts with another table.
                tables = [.. tables[1..], tables[0]];
            }

            waiting?.Complete();
        }
        finally
        {
            waiting?.Dispose();
        }
    }

    private async Task<bool> TryLockAsync(List<string> tables, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync(
            $"SAVEPOINT locking; SET LOCAL lock_timeout = {LockMilliseconds}", cancellationToken);
        try
        {
            await _connection.ExecuteAsync(
                $"""
                LOCK TABLE {string.Join(", ", tables)} IN ACCESS EXCLUSIVE MODE;
                RELEASE SAVEPOINT locking;
                SET LOCAL lock_timeout = DEFAULT
                """,
                cancellationToken);
            return true;
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // The rollback releases the locks and resets the timeout.
            await _connection.ExecuteAsync(
                "ROLLBACK TO SAVEPOINT locking; RELEASE SAVEPOINT locking", cancellationToken);
            return false;
        }
    }

    private FreshTable Find(Table table) => _tables.Single(fresh => fresh.Table == table);

    private static Task<int> CreateAsync(
        NpgsqlConnection connection, string schema, List<FreshTable> tables, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            string.Join(";\n", [
                $"DROP SCHEMA IF EXISTS {schema} CASCADE",
                $"CREATE SCHEMA {schema}",
                "SET LOCAL maintenance_work_mem = '256MB'",
                .. tables.Where(fresh => fresh.Schema == schema).SelectMany(fresh => fresh.Create),
            ]),
            cancellationToken);

    /// <summary>
    /// Finds the empty tables that only foreign keys depend on, with the tables that refer to each. The replacement
    /// would lose a view, a trigger, a policy or a publication that a user has added, or fail because of it.
    /// </summary>
    private static async Task<Dictionary<string, string[]>> ReplaceableAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var areEmpty = string.Join(
            ", ",
            Tables.All.Select(each => $"('{each.Table.Name}', NOT EXISTS (SELECT FROM {each.Table.Name}))"));
        var replaceable = new Dictionary<string, string[]>();
        await foreach (var (name, referrers) in connection.QueryAsync(
            $"""
            SELECT candidate.name, ARRAY(
              SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
              WHERE confrelid = class.oid AND contype = 'f' AND conrelid <> class.oid)
            FROM (VALUES {areEmpty}) AS candidate (name, is_empty)
            JOIN pg_class class ON class.oid = candidate.name::regclass
            WHERE candidate.is_empty
              AND has_database_privilege(current_database(), 'CREATE')
              AND pg_has_role(class.relowner, 'USAGE')
              AND NOT class.relrowsecurity
              AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = class.oid AND NOT tgisinternal)
              AND NOT EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = class.oid)
              AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = class.oid OR inhparent = class.oid)
              AND NOT EXISTS (
                SELECT FROM pg_depend
                WHERE refclassid = 'pg_class'::regclass AND refobjid = class.oid AND classid = 'pg_rewrite'::regclass)
            """,
            reader => (reader.GetString(0), reader.GetFieldValue<string[]>(1)),
            cancellationToken))
        {
            replaceable.Add(name, referrers);
        }

        return replaceable;
    }

    private static async Task<FreshTable> DescribeAsync(
        NpgsqlConnection connection, string schema, string target, Table table, CancellationToken cancellationToken)
    {
        var fresh = new FreshTable(table, target);
        var name = $"{target}.{table.Name}";
        fresh.Create.Add($"CREATE TABLE {name} (LIKE {schema}.{table.Name} INCLUDING ALL EXCLUDING INDEXES)");
        await foreach (var grant in connection.QueryAsync(
            $"""
            SELECT format(
              'GRANT %s ON {name} TO %s',
              privilege_type, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
            FROM pg_class, aclexplode(relacl)
            WHERE oid = '{schema}.{table.Name}'::regclass AND grantee <> relowner
            """,
            reader => reader.GetString(0),
            cancellationToken))
        {
            fresh.Create.Add(grant);
        }

        // The definitions contain the schema of the table. They omit the schema of a referred table while it is in the
        // search path.
        await foreach (var (definition, isForeignKey) in connection.QueryAsync(
            $"""
            SELECT format('ALTER TABLE {name} ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), contype = 'f'
            FROM pg_constraint WHERE conrelid = '{schema}.{table.Name}'::regclass AND contype IN ('p', 'u', 'f')
            UNION ALL
            SELECT replace(pg_get_indexdef(indexrelid), ' ON {schema}.{table.Name} ', ' ON {name} '), false
            FROM pg_index WHERE indrelid = '{schema}.{table.Name}'::regclass
              AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
            """,
            reader => (reader.GetString(0), reader.GetBoolean(1)),
            cancellationToken))
        {
            (isForeignKey ? fresh.ForeignKeys : fresh.Index).Add(definition);
        }

        fresh.Index.Add($"ANALYZE {name}");
        return fresh;
    }

    /// <summary>A table that is rebuilt, its schema, and the statements that create and complete it.</summary>
    private sealed record FreshTable(Table Table, string Schema)
    {
        public List<string> Create { get; } = [];

        public List<string> Index { get; } = [];

        public List<string> ForeignKeys { get; } = [];
    }
}

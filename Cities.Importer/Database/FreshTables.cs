using System.Diagnostics;
using Cities.Importer.Progress;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Builds tables that are still empty anew, in a schema of their own, and puts them in the place of the empty ones when they
/// are complete. So their indexes and foreign keys are made once for all rows, which takes a fraction of the time that
/// keeping them takes, and yet no reader ever waits: dropping the indexes of a table, or even its foreign keys, would lock
/// it, and those that it refers to, until the end of the import.
/// </summary>
internal sealed class FreshTables
{
    private const string Schema = "cities_incoming";

    /// <summary>The schema of the table that a second connection builds, and commits before it is put in place.</summary>
    private const string AsideSchema = "cities_incoming_aside";

    /// <summary>How long to wait for one table's lock: even ten waits are over before the server looks for deadlocks.</summary>
    private const int LockMilliseconds = 50;

    private static readonly TimeSpan ShortLockPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongLockPause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to try: as long as any statement of an import may take.</summary>
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
    /// Makes, without indexes, those of some tables that are empty, and the empty ones that refer to these. From here on the
    /// names stand for the tables that are being built.
    /// </summary>
    /// <param name="connection">The connection of the import's transaction.</param>
    /// <param name="wanted">The tables.</param>
    /// <param name="aside">The table that another connection builds (<see cref="CreateAsideAsync"/>), or null.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public static async Task<FreshTables> CreateAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Table> wanted, Table? aside, CancellationToken cancellationToken)
    {
        var schema = (await connection.ScalarAsync<string>(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'cities'::regclass", cancellationToken))!;
        var referrers = await ReplaceableAsync(connection, cancellationToken);

        // Backwards, because whether a table can be replaced depends on those that refer to it.
        var replaceable = new HashSet<string>();
        foreach (var (_, table) in Tables.All.Reverse())
        {
            if (referrers.TryGetValue(table.Name, out var names) && names.All(replaceable.Contains))
                replaceable.Add(table.Name);
        }

        var replaced = new HashSet<string>();
        foreach (var (_, table) in Tables.All)
        {
            var refersToReplaced = referrers.Any(each => replaced.Contains(each.Key) && each.Value.Contains(table.Name));
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
        // What an import that was killed has left.
        if (fresh.Aside is null)
            await DropAsideAsync(connection, cancellationToken);
        if (tables.Count > 0)
        {
            await CreateAsync(connection, Schema, tables, cancellationToken);
            await connection.ExecuteAsync(
                $"SELECT set_config('search_path', '{Schema}, ' || current_setting('search_path'), true)", cancellationToken);
        }

        return fresh;
    }

    /// <summary>The table that another connection has to build, or null.</summary>
    public Table? Aside => _tables.Find(fresh => fresh.Schema == AsideSchema)?.Table;

    /// <summary>The schema in which a table is built, or null where it is not.</summary>
    public string? SchemaOf(Table table) => _tables.Find(fresh => fresh.Table == table)?.Schema;

    /// <summary>Makes the table that is built aside; what an import that was killed has left there goes.</summary>
    public Task CreateAsideAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        CreateAsync(connection, AsideSchema, _tables, cancellationToken);

    /// <summary>Makes the indexes of a table, and its statistics.</summary>
    public Task IndexAsync(NpgsqlConnection connection, Table table, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(string.Join(";\n", Find(table).Index), cancellationToken);

    /// <summary>Makes the foreign keys of a table; those that it refers to must have been indexed.</summary>
    public async Task ConstrainAsync(Table table, CancellationToken cancellationToken)
    {
        if (Find(table).ForeignKeys is { Count: > 0 } foreignKeys)
            await _connection.ExecuteAsync(string.Join(";\n", foreignKeys), cancellationToken);
    }

    /// <summary>Puts the tables in the place of the empty ones: an instant's lock, just before the end.</summary>
    /// <exception cref="ImportException">A session that has read the empty tables has not ended its transaction.</exception>
    public async Task ReplaceAsync(IImportProgress progress, CancellationToken cancellationToken)
    {
        if (_tables.Count == 0)
            return;
        await LockAsync(progress, cancellationToken);
        await _connection.ExecuteAsync(
            string.Join(";\n", [
                .. Enumerable.Reverse(_tables).Select(fresh => $"DROP TABLE {_schema}.{fresh.Table.Name}"),
                .. _tables.Select(fresh => $"ALTER TABLE {fresh.Schema}.{fresh.Table.Name} SET SCHEMA {_schema}"),
                .. _tables.Select(fresh => fresh.Schema).Append(Schema).Distinct().Select(schema => $"DROP SCHEMA {schema}"),
            ]),
            cancellationToken);
    }

    /// <summary>Drops what has been built aside and committed, after a failure.</summary>
    public static Task DropAsideAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"DROP SCHEMA IF EXISTS {AsideSchema} CASCADE", cancellationToken);

    /// <summary>
    /// Locks the empty tables, and those that they refer to, all or none. Waiting for one with others locked could be waiting
    /// for a reader that waits for these; and whoever comes to read a table waits behind one who waits to lock it. So no wait
    /// lasts, and between two tries everything is let go.
    /// </summary>
    private async Task LockAsync(IImportProgress progress, CancellationToken cancellationToken)
    {
        // Queries tend to name a table before those that it refers to: who waits for the first has locked no other.
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
                        "The tables could not be put in place: another session has read the empty ones, and had not ended its "
                        + $"transaction after {LockTimeout.TotalMinutes:0} minutes.");
                }

                if (tries > tables.Count)
                    waiting ??= progress.Begin("Waiting for sessions that have read the empty tables");
                await Task.Delay(waiting is null ? ShortLockPause : LongLockPause, cancellationToken);
                // Readers without a break may hold the others whenever the first is had: another has its turn.
                tables = [.. tables[1..], tables[0]];
            }
        }
        finally
        {
            waiting?.Dispose();
        }
    }

    private async Task<bool> TryLockAsync(List<string> tables, CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync($"SAVEPOINT locking; SET LOCAL lock_timeout = {LockMilliseconds}", cancellationToken);
        try
        {
            await _connection.ExecuteAsync(
                $"LOCK TABLE {string.Join(", ", tables)} IN ACCESS EXCLUSIVE MODE; RELEASE SAVEPOINT locking; SET LOCAL lock_timeout = DEFAULT",
                cancellationToken);
            return true;
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // With it go the locks that it has, and the setting.
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
    /// The tables that are empty and that nothing but foreign keys depends on, and for each the tables that refer to it. A
    /// view, a trigger, a policy or a publication that somebody has added would be lost, or in the way.
    /// </summary>
    private static async Task<Dictionary<string, string[]>> ReplaceableAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var areEmpty = string.Join(", ", Tables.All.Select(each => $"('{each.Table.Name}', NOT EXISTS (SELECT FROM {each.Table.Name}))"));
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

        // The definitions name the schema of the table and, as long as it is in the search path, none of a referred table.
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

    /// <summary>A table that is built, the schema that it is built in, and the statements that make and complete it.</summary>
    private sealed record FreshTable(Table Table, string Schema)
    {
        public List<string> Create { get; } = [];

        public List<string> Index { get; } = [];

        public List<string> ForeignKeys { get; } = [];
    }
}

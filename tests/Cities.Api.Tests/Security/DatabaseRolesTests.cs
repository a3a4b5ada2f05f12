using System.Diagnostics;
using System.Net;
using System.Text;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests.Security;

/// <summary>
/// The API's role, which the importer creates and gives its permissions: it reads, and corrects by triggers. The importer is
/// the superuser that created the database, or has a role of its own (docs/operations/roles.sql).
/// </summary>
public sealed class DatabaseRolesTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>All that the role may do with tables and views, those of PostGIS included.</summary>
    private static readonly string[] Allowed =
    [
        "administration.city_corrections: SELECT, INSERT (changes, city_id, is_local), UPDATE (changes), DELETE",
        "administration.import_requests: SELECT, INSERT (countries, force, kinds, operation), UPDATE (cancelled_by)",
        "administration.local_names: SELECT, INSERT (city_id, is_colloquial, is_historic, is_preferred, is_short, language, name), DELETE",
        "alternative_names: SELECT",
        "api_keys: SELECT (expires_at, hash, name, requests_per_second, revoked_at, role)",
        "audit_log: SELECT",
        "bounding_boxes: SELECT",
        "cities: SELECT",
        "continents: SELECT",
        "countries: SELECT",
        "districts: SELECT",
        "geography_columns: SELECT",
        "geometry_columns: SELECT",
        "import_runs: SELECT (changes_through, countries, error, finished_at, id, is_sample, kinds, operation, outcome, source, started_at, tables)",
        "postal_codes: SELECT",
        "regions: SELECT",
        "spatial_ref_sys: SELECT",
        "subregions: SELECT",
        "time_zones: SELECT",
    ];

    private const string Place =
        """{"name":"x","ascii_name":"x","feature_code":"PPL","population":0,"country_id":2635167,"location":{"type":"Point","coordinates":[0,51]}}""";

    /// <summary>What an attacker with the API's role tries, and by which state the database refuses it.</summary>
    private static readonly (string State, string Statement)[] Refused =
    [
        .. Denied(
            "INSERT INTO continents (id, code, name) SELECT id, code, name FROM continents",
            "UPDATE cities SET name = 'x'",
            "DELETE FROM cities",
            "TRUNCATE import_runs",
            "DROP TABLE cities",
            "CREATE TABLE more (id int)",
            "CREATE TEMPORARY TABLE more (id int)",
            "CREATE SCHEMA more",
            "COPY cities TO PROGRAM 'true'",
            "INSERT INTO audit_log (at, actor, action, city_id) VALUES (now(), 'x', 'Correct', 1)",
            "UPDATE audit_log SET actor = 'x'",
            "DELETE FROM audit_log",
            "UPDATE api_keys SET role = 'Admin'",
            "CREATE TABLE administration.more (id int)",
            "CREATE FUNCTION administration.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "TRUNCATE administration.city_corrections",
            "ALTER TABLE administration.city_corrections DISABLE TRIGGER ALL",
            "SET SESSION AUTHORIZATION postgres",
            "SET session_replication_role = replica",
            "SELECT lo_create(0)",
            "SELECT lo_creat(-1)",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT pg_logical_emit_message(false, 'x', 'x')",
            "SELECT nextval('administration.local_city_ids')",
            "SELECT setval('administration.local_city_ids', 2147483647)",
            // What a revert would restore, and to which city.
            """UPDATE administration.city_corrections SET geonames = '{"name":"x"}'""",
            "UPDATE administration.city_corrections SET city_id = 2655603",
            "UPDATE administration.city_corrections SET is_local = true",
            "UPDATE administration.city_corrections SET changed_by = 'key:somebody'",
            """INSERT INTO administration.city_corrections (city_id, is_local, changes, geonames) VALUES (2655603, false, '{}', '{"name":"x"}')""",
            """
            INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2643743, false, '{}')
            ON CONFLICT (city_id) DO UPDATE SET is_local = true
            """,
            // What the next import would copy to the names of a city.
            "UPDATE administration.local_names SET name = 'x'",
            "UPDATE administration.local_names SET city_id = 2655603",
            "INSERT INTO administration.local_names (id, city_id, name) OVERRIDING SYSTEM VALUE VALUES (1, 2643743, 'x')",
            // Who asked for an import, and how it ended.
            "INSERT INTO administration.import_requests (requested_by, operation, force) VALUES ('key:somebody', 'Import', false)",
            "INSERT INTO administration.import_requests (operation, force, state) VALUES ('Import', false, 'Succeeded')",
            "UPDATE administration.import_requests SET requested_by = 'key:somebody'",
            "UPDATE administration.import_requests SET state = 'Queued', finished_at = NULL",
            "DELETE FROM administration.import_requests"),
        .. Rejected(
            // A place that is called local could be deleted.
            $"INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2655603, true, '{Place}')",
            // The next import would change the id or the country of a city.
            """INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2655603, false, '{"id":2643743}')""",
            """INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2655603, false, '{"country_id":2963597}')""",
            """UPDATE administration.city_corrections SET changes = changes || '{"country_id":2963597}'""",
            """UPDATE administration.city_corrections SET changes = changes - 'country_id' WHERE is_local""",
            "INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (1, false, '{}')",
            "INSERT INTO administration.local_names (city_id, name, is_preferred, is_short, is_colloquial, is_historic) "
            + "VALUES (2635167, 'x', false, false, false, false)",
            "INSERT INTO administration.import_requests (operation, force) VALUES ('Flush', false)",
            "UPDATE administration.import_requests SET cancelled_by = NULL WHERE finished_at IS NOT NULL"),
    ];

    private TestDatabase _database = null!;

    private string Importer => $"importer_{_database.Name}";

    private string Reader => $"reader_{_database.Name}";

    private string ReaderConnectionString => ConnectionString(Reader, "reader-password");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await api.CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        NpgsqlConnection.ClearAllPools();
        foreach (var role in new[] { Reader, Importer })
        {
            if (await _database.ScalarAsync<bool>($"SELECT to_regrole('{role}') IS NOT NULL"))
                await _database.ExecuteAsync($"ALTER DATABASE {_database.Name} OWNER TO CURRENT_USER; DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }

        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_API_needs_no_more_than_that_whatever_the_importer_rebuilds(bool byHand)
    {
        var importer = await SetUpAsync(byHand);
        await importer.ImportSampleAsync(Cancellation);
        using var client = api.CreateClient(ReaderConnectionString);
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
        await HttpTesting.ReadyAsync(client);

        // An update of rows that differ, and a rebuild of tables that are empty.
        await importer.ImportSampleAsync(Cancellation, minimumPopulation: 5000);
        Assert.Equal(5000, (await client.GetJsonAsync("/api/v1/cities?orderBy=population&limit=1&fields=population"))["results"]![0]!["population"]!.GetValue<long>(), 1000d);
        var before = await CitiesAsync();
        await importer.FlushAsync("all", Cancellation);
        await importer.ImportSampleAsync(Cancellation);

        Assert.NotEqual(before, await CitiesAsync());
        await HttpTesting.NextVersionCheckAsync();
        await HttpFileTests.AssertEveryRequestSucceedsAsync(client, _database);
        Assert.Equal(Allowed, await TryEverythingAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_every_verb_on_every_table_and_column_the_role_may_use_what_is_listed_here(bool byHand)
    {
        // What an earlier version of roles.sql has granted is taken back.
        await SetUpAsync(byHand, before:
            $"""
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO {Reader};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA administration TO {Reader};
            GRANT UPDATE (hash) ON api_keys TO {Reader};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA administration TO {Reader};
            ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {Reader};
            ALTER DEFAULT PRIVILEGES IN SCHEMA administration GRANT INSERT, UPDATE, DELETE ON TABLES TO {Reader};
            ALTER DEFAULT PRIVILEGES IN SCHEMA administration GRANT USAGE ON SEQUENCES TO {Reader}
            """);

        Assert.Equal(Allowed, await TryEverythingAsync());
        var reader = Open(ReaderConnectionString);
        Assert.Equal(
            "CONNECT,administration.actor()",
            await reader.ScalarAsync<string>(
                """
                SELECT string_agg(name, ',' ORDER BY name COLLATE "C") FROM (
                  SELECT oid::regprocedure::text FROM pg_proc
                  WHERE (pronamespace = 'administration'::regnamespace OR prosecdef) AND has_function_privilege(oid, 'EXECUTE')
                    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
                  UNION ALL
                  SELECT relname FROM pg_class
                  WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'USAGE, SELECT, UPDATE') END
                  UNION ALL
                  SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')
                  UNION ALL
                  SELECT verb FROM unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) verb
                  WHERE has_database_privilege(current_database(), verb)
                  UNION ALL
                  SELECT 'default of ' || defaclobjtype::text FROM pg_default_acl WHERE defaclacl::text LIKE '%reader%'
                ) allowed (name)
                """));
        Assert.Equal("on", await reader.ScalarAsync<string>("SHOW default_transaction_read_only"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attacker_with_the_role_changes_nothing_behind_the_audit_log(bool byHand)
    {
        var importer = await SetUpAsync(byHand);
        await importer.ImportSampleAsync(Cancellation, minimumPopulation: 100_000);
        await _database.ExecuteAsync(
            $"""
            INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2643743, false, '{Population(1)}'), (NULL, true, '{Place}');
            INSERT INTO administration.local_names (city_id, name, is_preferred, is_short, is_colloquial, is_historic)
            VALUES (2643743, 'The Smoke', false, false, true, false);
            INSERT INTO administration.import_requests (operation, force, finished_at) VALUES ('Import', false, now())
            """);
        var before = await ContentAsync();
        await using var attacker = new NpgsqlConnection(ReaderConnectionString);
        await attacker.OpenAsync(Cancellation);

        // The role's sessions are read-only at first, but can leave that setting.
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, await TryAsync(attacker, "DELETE FROM administration.local_names"));
        await TryAsync(attacker, "SET default_transaction_read_only = off");
        var refused = new List<(string, string)>();
        foreach (var (_, statement) in Refused)
            refused.Add((await TryAsync(attacker, statement) ?? "none", statement));
        Assert.Equal(Refused, refused);
        // Nothing is inserted, so that nothing may be applied either.
        Assert.Null(await TryAsync(
            attacker,
            $"INSERT INTO administration.city_corrections (city_id, is_local, changes) VALUES (2643743, false, '{Population(2)}') ON CONFLICT DO NOTHING"));
        Assert.Equal(before, await ContentAsync());

        // What it may change is in the log.
        Assert.Null(await TryAsync(attacker, "INSERT INTO administration.import_requests (operation, force) VALUES ('Update', false)"));
        Assert.Equal(
            $"{Reader} Queued",
            await _database.ScalarAsync<string>("SELECT requested_by || ' ' || state FROM administration.import_requests WHERE operation = 'Update'"));
        var entries = await EntriesAsync();
        foreach (var statement in new[]
        {
            $"UPDATE administration.city_corrections SET changes = '{Population(3)}' WHERE city_id = 2643743",
            "DELETE FROM administration.city_corrections WHERE city_id = 2643743",
            "DELETE FROM administration.city_corrections WHERE is_local",
            "DELETE FROM administration.local_names",
        })
        {
            Assert.Null(await TryAsync(attacker, statement));
            Assert.Equal(++entries, await EntriesAsync());
        }

        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE name = 'London'"));
    }

    [Fact]
    public async Task A_database_that_has_its_tables_already_is_handed_over()
    {
        await _database.ImportSampleAsync(Cancellation, minimumPopulation: 100_000);
        var importer = await SetUpAsync(byHand: true);
        using var client = api.CreateSignedInClient(
            ReaderConnectionString, await _database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo"));
        await CorrectAsync(client);

        await importer.ImportSampleAsync(Cancellation, minimumPopulation: 200_000);
        await importer.FlushAsync("all", Cancellation);
        await importer.ImportSampleAsync(Cancellation, minimumPopulation: 200_000);
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
        Assert.Equal("key:jo", await _database.ScalarAsync<string>("SELECT actor FROM audit_log"));
        Assert.Equal("importer", await _database.ScalarAsync<string>(
            """
            SELECT string_agg(DISTINCT split_part(proowner::regrole::text, '_', 1), ',')
            FROM pg_proc WHERE pronamespace = 'administration'::regnamespace
            """));
    }

    [Fact]
    public async Task The_API_waits_for_its_role_and_its_password_and_is_not_started_again()
    {
        await _database.ImportSampleAsync(Cancellation, minimumPopulation: 100_000);
        using var client = api.CreateClient(ReaderConnectionString);
        await AssertUnavailableAsync();

        await _database.ApplyApiRoleAsync(ConnectionString(Reader, "another-password"), Cancellation);
        await AssertUnavailableAsync();

        await _database.ApplyApiRoleAsync(ReaderConnectionString, Cancellation);
        await HttpTesting.ReadyAsync(client);

        // Between a migration and the new permissions.
        await _database.ExecuteAsync($"REVOKE SELECT ON import_runs, cities FROM {Reader}");
        await AssertUnavailableAsync();
        await _database.ApplyApiRoleAsync(ReaderConnectionString, Cancellation);
        await HttpTesting.ReadyAsync(client);

        async Task AssertUnavailableAsync()
        {
            // Answers are kept, and so is the health for a moment.
            var waited = Stopwatch.StartNew();
            foreach (var path in new[] { "/health", "/api/v1/cities?limit=" })
            {
                HttpStatusCode status;
                do
                {
                    using var response = await client.AskAsync(path.EndsWith('=') ? $"{path}{Random.Shared.Next(1, 1000)}" : path);
                    status = response.StatusCode;
                }
                while (status == HttpStatusCode.OK && waited.Elapsed < TimeSpan.FromSeconds(30));
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            }
        }
    }

    /// <summary>Migrates the database, and creates the API's role.</summary>
    /// <param name="byHand">Whether both roles are created by roles.sql; otherwise the importer creates that of the API.</param>
    /// <param name="before">What the importer's role does before that, or null.</param>
    /// <returns>The database as the importer has it.</returns>
    private async Task<TestDatabase> SetUpAsync(bool byHand, string? before = null)
    {
        var importer = _database;
        if (byHand)
        {
            var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/operations/roles.sql"), Cancellation);
            await _database.ExecuteAsync(script
                .Replace("cities_importer", Importer, StringComparison.Ordinal)
                .Replace("cities_reader", Reader, StringComparison.Ordinal)
                .Replace("DATABASE citiesdb", $"DATABASE {_database.Name}", StringComparison.Ordinal)
                .TrimEnd().TrimEnd(';'));
            importer = Open(ConnectionString(Importer, "importer-password"));
        }

        if (before is not null)
        {
            await importer.ApplyApiRoleAsync(ReaderConnectionString, Cancellation);
            await importer.ExecuteAsync(before);
        }

        await importer.ApplyApiRoleAsync(ReaderConnectionString, Cancellation);
        return importer;
    }

    /// <summary>Tries every verb on every table and column as the API's role, without an effect.</summary>
    /// <returns>What is allowed: for each table, its verbs, with the columns unless it is all of them.</returns>
    private async Task<string[]> TryEverythingAsync()
    {
        await using var connection = new NpgsqlConnection(ReaderConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(
            """
            SET TRANSACTION READ WRITE;
            DO $$
            DECLARE
              relation record;
              attempt record;
              allowed text[];
              verbs text := '';
              result text := '';
            BEGIN
              FOR relation IN
                SELECT oid, oid::regclass::text AS name, relkind = 'r' AS is_table, relnatts FROM pg_class
                WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
                ORDER BY oid::regclass::text COLLATE "C"
              LOOP
                verbs := '';
                FOR attempt IN
                  SELECT verb, every, array_agg(format(statement, relation.name, attname) ORDER BY attname) AS statements,
                    array_agg(attname::text ORDER BY attname) AS columns
                  FROM pg_attribute, (VALUES
                    (1, 'SELECT', 'EXPLAIN SELECT %2$I FROM %1$s', true),
                    (2, 'INSERT', 'EXPLAIN INSERT INTO %1$s (%2$I) VALUES (DEFAULT)', true),
                    (3, 'UPDATE', 'EXPLAIN UPDATE %1$s SET %2$I = DEFAULT', true),
                    (4, 'DELETE', 'EXPLAIN DELETE FROM %1$s', false),
                    (5, 'TRUNCATE', 'TRUNCATE %1$s', false),
                    (6, 'REFERENCES', NULL, true),
                    (7, 'TRIGGER', 'CREATE TRIGGER more BEFORE INSERT ON %1$s EXECUTE FUNCTION suppress_redundant_updates_trigger()', false)
                  ) verbs (position, verb, statement, every)
                  WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
                  GROUP BY position, verb, every ORDER BY position
                LOOP
                  allowed := '{}';
                  FOR index IN 1..array_length(attempt.columns, 1) LOOP
                    BEGIN
                      -- Nothing can be made that refers to a table, and rules make nothing of statements on views.
                      IF attempt.verb = 'REFERENCES' OR NOT relation.is_table THEN
                        IF NOT (CASE WHEN attempt.every
                          THEN has_column_privilege(relation.oid, attempt.columns[index], attempt.verb)
                          ELSE has_table_privilege(relation.oid, attempt.verb)
                        END) THEN
                          RAISE insufficient_privilege;
                        END IF;
                      ELSE
                        EXECUTE attempt.statements[index];
                      END IF;
                      allowed := allowed || attempt.columns[index];
                      RAISE 'Nothing remains.' USING ERRCODE = 'CI001';
                    EXCEPTION WHEN insufficient_privilege OR SQLSTATE 'CI001' THEN
                    END;
                  END LOOP;
                  IF allowed <> '{}' THEN
                    verbs := concat_ws(', ', nullif(verbs, ''), attempt.verb || CASE
                      WHEN allowed = attempt.columns THEN '' ELSE format(' (%s)', array_to_string(allowed, ', ')) END);
                  END IF;
                END LOOP;
                IF verbs <> '' THEN
                  result := format(E'%s%s: %s\n', result, relation.name, verbs);
                END IF;
              END LOOP;
              PERFORM set_config('cities.result', result, false);
            END $$;
            SELECT current_setting('cities.result')
            """,
            connection);
        return ((string)(await command.ExecuteScalarAsync(Cancellation))!).TrimEnd().Split('\n');
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The state of the error, or null if it succeeds.</returns>
    private static async Task<string?> TryAsync(NpgsqlConnection connection, string statement)
    {
#pragma warning disable CA2100 // the statements are above
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        try
        {
            await command.ExecuteNonQueryAsync(Cancellation);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private static IEnumerable<(string, string)> Denied(params IEnumerable<string> statements) =>
        statements.Select(statement => (PostgresErrorCodes.InsufficientPrivilege, statement));

    private static IEnumerable<(string, string)> Rejected(params IEnumerable<string> statements) =>
        statements.Select(statement => (PostgresErrorCodes.CheckViolation, statement));

    private static string Population(int population) => $$"""{"population":{{population}}}""";

    private async Task<string> ContentAsync()
    {
        string[] tables =
        [
            "cities", "alternative_names", "audit_log", "administration.city_corrections", "administration.local_names",
            "administration.import_requests",
        ];
        return string.Join('\n', await Task.WhenAll(tables.Select(table =>
            _database.ScalarAsync<string>($"SELECT '{table} ' || md5(coalesce(string_agg(each::text, '|' ORDER BY each::text), '')) FROM {table} each"))));
    }

    private Task<long> EntriesAsync() => _database.ScalarAsync<long>("SELECT count(*) FROM audit_log");

    private static TestDatabase Open(string connectionString) =>
        PostgisServer.At(connectionString).Open(new NpgsqlConnectionStringBuilder(connectionString).Database!);

    private static async Task CorrectAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/admin/cities/2643743")
        {
            Content = new StringContent("""{"population":1}""", Encoding.UTF8, "application/merge-patch+json"),
            Headers = { { "If-Match", "*" } },
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private string ConnectionString(string role, string password) =>
        new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = role, Password = password }.ConnectionString;

    private Task<uint> CitiesAsync() => _database.ScalarAsync<uint>("SELECT 'cities'::regclass::oid");
}

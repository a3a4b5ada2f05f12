using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Cities.Benchmarks.Api;

/// <summary>Which of the API's queries grow with the table: each explained at its size, and at many times as many cities.</summary>
/// <param name="benchmark">What asks for the statements.</param>
/// <param name="connectionString">The imported database, which is changed.</param>
/// <param name="folder">Where the plans are written.</param>
internal sealed class ScaleBenchmark(ApiBenchmark benchmark, string connectionString, string folder)
{
    private const int CommandTimeoutSeconds = 3600;

    /// <summary>Measures, and prints the table of benchmarks/README.md.</summary>
    /// <param name="rows">How many cities there are to be.</param>
    public async Task RunAsync(long rows)
    {
        var cases = await benchmark.AnswersAsync();
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                CommandTimeout = CommandTimeoutSeconds,
                Options = "-c jit=off -c random_page_cost=1.1 -c pg_trgm.similarity_threshold=0.25 -c maintenance_work_mem=1GB",
            }.ConnectionString);
        await connection.OpenAsync();
        var before = await ExplainAsync(connection, cases, "before");
        var from = await ScalarAsync(connection, "SELECT count(*) FROM cities");
        await MultiplyAsync(connection, rows / from);
        var to = await ScalarAsync(connection, "SELECT count(*) FROM cities");
        var after = await ExplainAsync(connection, cases, "after");

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| median of the plans | {from:N0} cities: pages | ms | {to:N0} cities: pages | ms |"));
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var name in cases.Keys)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {before[name].Pages:N0} | {before[name].Time:0.00} | {after[name].Pages:N0} | {after[name].Time:0.00} |"));
        }
    }

    private async Task<IReadOnlyDictionary<string, (long Pages, double Time)>> ExplainAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<string, IReadOnlyList<Answer>> cases, string moment)
    {
        var results = new Dictionary<string, (long, double)>();
        foreach (var (name, answers) in cases)
        {
            var plans = new List<(long Pages, double Time)>();
            foreach (var (index, answer) in answers.Index())
            {
                // The second time, what it reads is in memory.
                await ExplainAsync(connection, answer.Statements[^1], "JSON");
                using var plan = JsonDocument.Parse(await ExplainAsync(connection, answer.Statements[^1], "JSON"));
                var root = plan.RootElement[0];
                var top = root.GetProperty("Plan");
                plans.Add((
                    top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64(),
                    root.GetProperty("Execution Time").GetDouble()));
                if (index == 0)
                {
                    await File.WriteAllTextAsync(
                        Path.Combine(folder, $"{name.Replace(',', '_').Replace(' ', '_')}-{moment}.txt"),
                        answer.Statements[^1] + "\n\n" + await ExplainAsync(connection, answer.Statements[^1], "TEXT"));
                }
            }

            results[name] = (
                plans.Select(plan => plan.Pages).Order().ElementAt(plans.Count / 2),
                plans.Select(plan => plan.Time).Order().ElementAt(plans.Count / 2));
        }

        return results;
    }

    private static async Task<string> ExplainAsync(NpgsqlConnection connection, string sql, string format)
    {
#pragma warning disable CA2100 // what the API has sent
        await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT {format}) {sql}", connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    /// <summary>Adds copies of the cities, with other ids and names, some metres away, and rebuilds the indexes.</summary>
    private static async Task MultiplyAsync(NpgsqlConnection connection, long times)
    {
        var multiplied = await ScalarAsync(
            connection,
            $"""
            CREATE TEMP TABLE definitions AS
              SELECT indexname, indexdef FROM pg_indexes
              WHERE tablename = 'cities' AND indexname NOT LIKE 'pk%' AND schemaname = 'public';
            DO $$
            DECLARE
              each record;
              copied text;
            BEGIN
              FOR each IN SELECT * FROM definitions LOOP
                EXECUTE format('DROP INDEX %I', each.indexname);
              END LOOP;
              SELECT string_agg(quote_ident(column_name), ', ') INTO copied FROM information_schema.columns
              WHERE table_name = 'cities' AND table_schema = 'public' AND is_generated = 'NEVER'
                AND column_name NOT IN ('id', 'name', 'location');
              FOR copy IN 1..{times - 1} LOOP
                EXECUTE format(
                  'INSERT INTO cities (id, name, location, %1$s)
                   SELECT id + %2$s * 50000000, name || '' %2$s'',
                     ST_SetSRID(ST_MakePoint(least(ST_X(location) + %2$s * 0.0037, 180), least(ST_Y(location) + %2$s * 0.0023, 90)), 4326),
                     %1$s
                   FROM cities WHERE id < 50000000', copied, copy);
              END LOOP;
              FOR each IN SELECT * FROM definitions LOOP
                EXECUTE each.indexdef;
              END LOOP;
            END $$;
            SELECT {times}::bigint
            """);
        await ScalarAsync(connection, "VACUUM ANALYZE cities");
        Console.Error.WriteLine($"The cities are {multiplied} times as many.");
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // made of constants and a number
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync() is long value ? value : 0;
    }
}

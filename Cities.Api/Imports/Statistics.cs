
namespace Cities.Api.Imports;

/// <summary>
/// Counts the rows of all tables. The query reads a whole index of each table, so it runs once for each version of the
/// data.
/// </summary>
internal sealed class Statistics(Sql sql, EntityTags entityTags, VersionedCache cache)
{
    /// <summary>
    /// One statement, so that all numbers are from one version of the data. Each row has the numbers of a country, and
    /// repeats the totals.
    /// </summary>
    private static readonly SqlText Query = SqlText.Constant(
        $"""
        WITH run AS (
          SELECT id, operation, finished_at, source, is_sample, changes_through,
            (SELECT max(id) FROM audit_log) AS edit, (SELECT at FROM audit_log ORDER BY id DESC LIMIT 1) AS edited_at
          FROM import_runs WHERE outcome = '{nameof(ImportOutcome.Succeeded)}' ORDER BY id DESC LIMIT 1),
        country AS (
          SELECT code, name, coalesce(counted.cities, 0) AS cities, coalesce(counted.population, 0) AS population
          FROM countries LEFT JOIN (
            SELECT country_id, count(*) AS cities, sum(population)::bigint AS population
            FROM cities GROUP BY country_id) counted
          ON country_id = countries.id)
        SELECT counts.*, run.*, country.*
        FROM (
          SELECT (SELECT count(*) FROM districts), (SELECT count(*) FROM regions), (SELECT count(*) FROM subregions),
            (SELECT count(*) FROM postal_codes), (SELECT count(*) FROM alternative_names)) counts
        LEFT JOIN run ON true
        LEFT JOIN country ON true
        ORDER BY country.code
        """);

    private const int FirstOfRun = 5;
    private const int FirstOfCountry = 13;

    private const string Key = "statistics";

    /// <summary>Gets the statistics from the cache or from the database.</summary>
    /// <param name="context">The current request.</param>
    /// <exception cref="NpgsqlException">The database is unavailable.</exception>
    public async Task<StatsResponse> GetAsync(HttpContext context)
    {
        var request = context.Features.Get<CacheableRequest>();
        if (cache.TryGet(request?.Version, Key, out StatsResponse? known))
            return known!;
        var statistics = await CountAsync(context.RequestAborted);
        request?.AnswerFrom(statistics.Version, context.Request, entityTags);
        cache.Set(statistics.Version, Key, statistics);
        return statistics;
    }

    private async Task<StatsResponse> CountAsync(CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync([Query], cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var counts = Enumerable.Range(0, FirstOfRun).Select(reader.GetInt64).ToArray();
        var (dataVersion, run) = ReadRun(reader);
        var countries = new List<CountryStatsResponse>();
        if (!await reader.IsDBNullAsync(FirstOfCountry, cancellationToken))
        {
            do
            {
                countries.Add(new CountryStatsResponse(
                    reader.GetString(FirstOfCountry),
                    reader.GetString(FirstOfCountry + 1),
                    reader.GetInt64(FirstOfCountry + 2),
                    reader.GetInt64(FirstOfCountry + 3)));
            }
            while (await reader.ReadAsync(cancellationToken));
        }

        return new StatsResponse(
            dataVersion,
            run,
            new CountsResponse(
                countries.Sum(country => country.Cities),
                counts[0],
                countries.Count,
                counts[1],
                counts[2],
                counts[3],
                counts[4]),
            countries);
    }

    private static (string? Version, LastImportResponse? Run) ReadRun(NpgsqlDataReader reader)
    {
        if (reader.IsDBNull(FirstOfRun))
            return (null, null);
        var id = reader.GetInt64(FirstOfRun);
        var finishedAt = reader.GetDateTime(FirstOfRun + 2);
        var isSample = reader.GetBoolean(FirstOfRun + 4);
        var edit = reader.IsDBNull(FirstOfRun + 6)
            ? null
            : new HostDataVersion.Edit(reader.GetInt64(FirstOfRun + 6), reader.GetDateTime(FirstOfRun + 7));
        return (
            new HostDataVersion.Run(id, finishedAt, nameof(ImportOutcome.Succeeded), edit).Text,
            new LastImportResponse(
                id,
                Enum.Parse<ImportOperation>(reader.GetString(FirstOfRun + 1)),
                finishedAt,
                Redaction.Source(reader.GetString(FirstOfRun + 3), isSample),
                isSample,
                reader.IsDBNull(FirstOfRun + 5) ? null : reader.GetFieldValue<DateOnly>(FirstOfRun + 5)));
    }
}

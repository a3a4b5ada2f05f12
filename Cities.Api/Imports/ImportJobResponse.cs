
namespace Cities.Api.Imports;

/// <summary>An import job that an administrator has requested.</summary>
/// <param name="Id">The id of the job. It increases with each job.</param>
/// <param name="State">
/// The state: queued, running, succeeded, failed or cancelled. A failed or cancelled job has not changed the data.
/// </param>
/// <param name="Operation">The operation: import, or update to apply GeoNames' daily changes.</param>
/// <param name="Countries">ISO 3166-1 alpha-2 codes of the countries, or all; null for the importer's setting.</param>
/// <param name="Kinds">The kinds of data; null for the importer's setting.</param>
/// <param name="Force">Whether the importer merges the files even if the last import has already merged them.</param>
/// <param name="RequestedBy">The name of the client that requested the job.</param>
/// <param name="RequestedAt">The time of the request, UTC.</param>
/// <param name="StartedAt">The time when an importer started the job, UTC, or null.</param>
/// <param name="FinishedAt">The time when the job ended, UTC, or null.</param>
/// <param name="CancelledBy">The name of the client that cancelled the job, or null.</param>
/// <param name="Error">The error of a failed job, or null. It contains no addresses, hosts or paths.</param>
/// <param name="Waiting">The reason why the job waits, if it waits longer than a few seconds, or null.</param>
/// <param name="Run">The run of the importer, or null. A job that had nothing to do has no run.</param>
public sealed record ImportJobResponse(
    long Id,
    ImportRequestState State,
    ImportOperation Operation,
    IReadOnlyList<string>? Countries,
    IReadOnlyList<string>? Kinds,
    bool Force,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? CancelledBy,
    string? Error,
    string? Waiting,
    ImportJobRunResponse? Run)
{
    internal const string NoImporter = "No importer is waiting for jobs. Start one with 'serve' or '--every'.";
    internal const string DeadImporter =
        "The importer of this job does not respond. The next importer will restart the job.";

    /// <summary>
    /// The columns for <see cref="Read"/>: those of the job, of its run, and whether an importer waits for jobs.
    /// </summary>
    internal static readonly SqlText Columns =
        $"""
        {ImportRunResponse.Columns}, job.id, job.state, job.operation, job.countries, job.kinds, job.force,
        job.requested_by, job.requested_at, job.started_at, job.finished_at, job.cancelled_by, job.error,
        job.seen_at < now() - {ImportRequest.ImporterTimeout} AS is_dead,
        EXISTS (
          SELECT FROM pg_locks
          WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid::bigint << 32 | objid::bigint = {ImportRequest.ImporterLock} AND objsubid = 1) AS is_served
        """;

    /// <summary>The tables of <see cref="Columns"/>.</summary>
    internal static readonly SqlText Table =
        $"administration.import_requests job LEFT JOIN import_runs run ON run.id = job.run_id";

    private const int FirstOfJob = 12;

    internal static ImportJobResponse Example { get; } = new(
        7,
        ImportRequestState.Succeeded,
        ImportOperation.Import,
        ["GB", "IE"],
        null,
        false,
        "key:operations",
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 25, 9, 30, 1, TimeSpan.Zero),
        new DateTimeOffset(2026, 11, 25, 9, 30, 5, TimeSpan.Zero),
        null,
        null,
        null,
        new ImportJobRunResponse(2, "/api/v1/imports/2", 3.25, [new ImportTableResponse("cities", 1, 14, 2)]));

    internal static ImportJobResponse ExampleOfQueued { get; } = Example with
    {
        State = ImportRequestState.Queued,
        StartedAt = null,
        FinishedAt = null,
        Run = null,
    };

    /// <summary>Reads a job.</summary>
    /// <param name="reader">The reader, at the row of the job.</param>
    /// <param name="pathBase">The base path of the API, for the path of the run.</param>
    internal static ImportJobResponse Read(NpgsqlDataReader reader, PathString pathBase)
    {
        var state = Enum.Parse<ImportRequestState>(reader.GetString(FirstOfJob + 1));
        var isDead = reader.GetOptional<bool>(FirstOfJob + 12) ?? false;
        var isServed = reader.GetBoolean(FirstOfJob + 13);
        return new ImportJobResponse(
            reader.GetInt64(FirstOfJob),
            state,
            Enum.Parse<ImportOperation>(reader.GetString(FirstOfJob + 2)),
            reader.GetOptionalString(FirstOfJob + 3)?.Split(','),
            reader.GetOptionalString(FirstOfJob + 4)?.Split(','),
            reader.GetBoolean(FirstOfJob + 5),
            reader.GetString(FirstOfJob + 6),
            reader.GetFieldValue<DateTimeOffset>(FirstOfJob + 7),
            reader.GetOptional<DateTimeOffset>(FirstOfJob + 8),
            reader.GetOptional<DateTimeOffset>(FirstOfJob + 9),
            reader.GetOptionalString(FirstOfJob + 10),
            reader.GetOptionalString(FirstOfJob + 11) is { } error ? Redaction.Message(error, source: "") : null,
            state switch
            {
                ImportRequestState.Queued when !isServed => NoImporter,
                ImportRequestState.Running when isDead => isServed ? DeadImporter : NoImporter,
                _ => null,
            },
            reader.IsDBNull(0) ? null : ImportJobRunResponse.Of(ImportRunResponse.Read(reader), pathBase));
    }
}

/// <summary>The run of the importer for a job.</summary>
/// <param name="Id">The id of the run.</param>
/// <param name="Url">The path of the run in the API.</param>
/// <param name="Seconds">The duration in seconds.</param>
/// <param name="Tables">The changes to each table.</param>
public sealed record ImportJobRunResponse(
    long Id, string Url, double Seconds, IReadOnlyList<ImportTableResponse> Tables)
{
    internal static ImportJobRunResponse Of(ImportRunResponse run, PathString pathBase) => new(
        run.Id,
        string.Create(CultureInfo.InvariantCulture, $"{pathBase}/api/v1/imports/{run.Id}"),
        run.Seconds,
        run.Tables);
}

namespace Cities.Data.Entities;

/// <summary>
/// An import that an administrator requested with the API. The API does not import data: an importer that runs
/// permanently takes the request from this table.
/// </summary>
public sealed class ImportRequest
{
    /// <summary>
    /// Key of the advisory lock that importers share while they take requests ("requests" in ASCII). The API checks it
    /// to find out whether an importer is running.
    /// </summary>
    public const long ImporterLock = 0x7265717565737473;

    /// <summary>
    /// How long an importer can be silent until it is considered dead and another importer takes its request.
    /// </summary>
    public static readonly TimeSpan ImporterTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Increases with each request.</summary>
    public long Id { get; set; }

    /// <summary>The administrator that requested the import.</summary>
    public required string RequestedBy { get; set; }

    /// <summary>When it was requested, UTC.</summary>
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>
    /// Whether to import the files or to apply the daily changes. It is never <see cref="ImportOperation.Flush"/>.
    /// </summary>
    public ImportOperation Operation { get; set; }

    /// <summary>
    /// ISO 3166-1 alpha-2 codes of the countries, comma-separated, or <c>all</c>; null for the setting of the importer.
    /// </summary>
    public string? Countries { get; set; }

    /// <summary>
    /// The kinds of data, comma-separated (<see cref="DataKindNames"/>), or <c>all</c>; null for the setting of the
    /// importer.
    /// </summary>
    public string? Kinds { get; set; }

    /// <summary>Whether to merge files that have not changed since the last import.</summary>
    public bool Force { get; set; }

    /// <summary>The state of the request.</summary>
    public ImportRequestState State { get; set; }

    /// <summary>When an importer took the request, UTC, or null.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the importer last reported that it works on the request, UTC, or null.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>When the import ended, UTC, or null.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The administrator that cancelled the request, or null.</summary>
    public string? CancelledBy { get; set; }

    /// <summary>Id of the <see cref="ImportRun"/>, or null. A run that finds nothing to do has no record.</summary>
    public long? RunId { get; set; }

    /// <summary>The reason of a failure, or null.</summary>
    public string? Error { get; set; }
}

/// <summary>The states of an <see cref="ImportRequest"/>.</summary>
public enum ImportRequestState
{
    /// <summary>No importer has taken the request yet.</summary>
    Queued = 1,

    /// <summary>An importer is working on the request.</summary>
    Running = 2,

    /// <summary>The data was imported, or there was nothing to do.</summary>
    Succeeded = 3,

    /// <summary>The import failed and changed nothing. <see cref="ImportRequest.Error"/> is the reason.</summary>
    Failed = 4,

    /// <summary>The request was cancelled and changed nothing.</summary>
    Cancelled = 5,
}

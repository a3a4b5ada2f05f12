namespace Cities.Data.Entities;

/// <summary>
/// An import that an administrator has asked the API for. An importer that stays takes it from here: the API never imports itself.
/// </summary>
public sealed class ImportRequest
{
    /// <summary>
    /// Key of the advisory lock that every importer which takes requests shares with the others for as long as it stays ("requests" in
    /// ASCII): so the API can tell whether there is one.
    /// </summary>
    public const long ImporterLock = 0x7265717565737473;

    /// <summary>How long after it was last seen an importer counts as dead, and its request is taken by another.</summary>
    public static readonly TimeSpan ImporterTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Increases with each request.</summary>
    public long Id { get; set; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>Whether the daily changes are applied, or the files imported: never <see cref="ImportOperation.Flush"/>.</summary>
    public ImportOperation Operation { get; set; }

    /// <summary>ISO 3166-1 alpha-2 codes of the countries, or <c>all</c>, as the importer's option takes them; null for the importer's own setting.</summary>
    public string? Countries { get; set; }

    /// <summary>The kinds of data, as the importer's option takes them; null for the importer's own setting.</summary>
    public string? Kinds { get; set; }

    /// <summary>Whether files are merged even if they are those that were imported last.</summary>
    public bool Force { get; set; }

    /// <summary>What has become of it.</summary>
    public ImportRequestState State { get; set; }

    /// <summary>When an importer took it, UTC, or null.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the importer was last seen to work on it, UTC, or null: one that died is not waited for.</summary>
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>When it ended, UTC, or null.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Who asked for it to be cancelled, or null.</summary>
    public string? CancelledBy { get; set; }

    /// <summary>Id of the <see cref="ImportRun"/> it became, or null: a run that found nothing to do leaves none.</summary>
    public long? RunId { get; set; }

    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; set; }
}

/// <summary>What has become of an <see cref="ImportRequest"/>.</summary>
public enum ImportRequestState
{
    /// <summary>No importer has taken it yet.</summary>
    Queued = 1,

    /// <summary>An importer is at work.</summary>
    Running = 2,

    /// <summary>The data is in the tables, or nothing was to do.</summary>
    Succeeded = 3,

    /// <summary>It changed nothing; <see cref="ImportRequest.Error"/> says why.</summary>
    Failed = 4,

    /// <summary>It was cancelled and changed nothing.</summary>
    Cancelled = 5,
}

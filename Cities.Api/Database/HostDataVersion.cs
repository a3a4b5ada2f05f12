using OpenTelemetry;

namespace Cities.Api.Database;

/// <summary>
/// The version of the data of one server. Queries it at most twice a second, and only while requests arrive. All
/// members are thread-safe.
/// </summary>
internal sealed partial class HostDataVersion(
    Sql sql, IOptions<ApiOptions> options, TimeProvider time, ILogger<HostDataVersion> logger)
{
    /// <summary>The columns for <see cref="Read"/>, from a run with <see cref="JoinEdit"/>.</summary>
    public const string Columns = "run.id, run.finished_at, run.outcome, edit.id, edit.at";

    /// <summary>
    /// The last successful run. The query reads the primary key from its end, and usually stops at the first row.
    /// </summary>
    public const string LastSucceeded =
        "SELECT id, finished_at, outcome FROM import_runs WHERE outcome = 'Succeeded' ORDER BY id DESC LIMIT 1";

    /// <summary>Joins the last edit.</summary>
    public const string JoinEdit = "LEFT JOIN (SELECT id, at FROM audit_log ORDER BY id DESC LIMIT 1) AS edit ON true";

    private static readonly SqlText Query = SqlText.Constant(
        $"""
        SELECT {Columns}
        FROM (
          ({LastSucceeded})
          UNION ALL
          (SELECT id, finished_at, outcome FROM import_runs ORDER BY id DESC LIMIT 1)) AS run
        {JoinEdit}
        """);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The age at which the next query starts, so that requests do not wait for it under load.</summary>
    private static readonly TimeSpan RefreshInterval = Interval / 2;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private volatile Checked? _checked;
    private Task? _check;

    /// <summary>The version if it has been checked lately, without a wait; null otherwise.</summary>
    public string? Current =>
        _checked is { Failed: false } last && time.GetElapsedTime(last.At) < RefreshInterval
            ? last.Version?.Text
            : null;

    /// <summary>Gets the version.</summary>
    /// <param name="cancellationToken">Cancels the wait, but not the query, because other requests share it.</param>
    public async ValueTask<State> GetAsync(CancellationToken cancellationToken)
    {
        var last = _checked;
        var age = last is null ? TimeSpan.MaxValue : time.GetElapsedTime(last.At);
        if (last is not null && age < RefreshInterval)
            return Known(last);

        var check = Check();
        if (last is not null && age < Interval)
            return Known(last);
        // Do not wait again for an unavailable server: that would delay answers that do not need it.
        if (last is { Failed: true })
            return Known(last);
        try
        {
            await check.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The cancellation of the query is not complete yet. The last known version remains valid for its grace
            // period, and no other request waits for this query.
            Interlocked.CompareExchange(ref _checked, Failed(last), last);
        }

        return Known(_checked);
    }

    /// <summary>
    /// Gets the last known state without waiting, or null if there is none. If the state is out of date, starts a
    /// query.
    /// </summary>
    public State? Peek()
    {
        var last = _checked;
        if (last is null || time.GetElapsedTime(last.At) >= RefreshInterval)
            Check();
        return last is null ? null : Known(last);
    }

    private State Known(Checked? last) =>
        last is null ? new State(null, null, IsAway: true)
        : time.GetElapsedTime(last.SeenAt) <= options.Value.Cache.Grace + Interval
            ? new State(last.Version, last.Last, last.Failed)
        : new State(null, null, last.Failed);

    /// <summary>Starts a query, or returns the running one.</summary>
    private Task Check()
    {
        lock (_gate)
        {
            if (_check is null || _check.IsCompleted)
                _check = Task.Run(CheckAsync);
            return _check;
        }
    }

    private async Task CheckAsync()
    {
        // No span: this query also runs for metrics, and a span each second would hide those of requests.
        using var untraced = SuppressInstrumentationScope.Begin();
        var before = _checked;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            var (version, last) = await QueryAsync(timeout.Token);
            var now = time.GetTimestamp();
            _checked = new Checked(version, last, now, now, Failed: false);
        }
#pragma warning disable CA1031 // After any error the version is unknown. The queries of the request report the error.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _checked = Failed(before);
            if (before is not { Failed: true })
                LogUnknown(exception);
        }
    }

    private Checked Failed(Checked? before) =>
        new(before?.Version, before?.Last, before?.SeenAt ?? 0, time.GetTimestamp(), Failed: true);

    private async Task<(Run? Succeeded, Run? Last)> QueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync([Query], cancellationToken);
        var runs = new List<Run>();
        while (await reader.ReadAsync(cancellationToken))
            runs.Add(Read(reader));

        return (runs.Find(run => run.Outcome == nameof(ImportOutcome.Succeeded)), runs.MaxBy(run => run.Id));
    }

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    public static Run Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetDateTime(1),
        reader.GetString(2),
        reader.IsDBNull(3) ? null : new Edit(reader.GetInt64(3), reader.GetDateTime(4)));

    [LoggerMessage(LogLevel.Warning, "The API cannot read the version of the data.")]
    private partial void LogUnknown(Exception exception);

    /// <param name="Version">
    /// The version, or null if no data has been imported, or the server has been unavailable for longer than
    /// <see cref="CacheOptions.Grace"/>.
    /// </param>
    /// <param name="Last">The last run with any outcome.</param>
    /// <param name="IsAway">Whether the last query failed.</param>
    internal readonly record struct State(Run? Version, Run? Last, bool IsAway);

    /// <summary>A run of the importer, with the last edit.</summary>
    /// <param name="Id">The id of the run.</param>
    /// <param name="FinishedAt">The end time, UTC.</param>
    /// <param name="Outcome">The name of the <see cref="ImportOutcome"/>.</param>
    /// <param name="LastEdit">The last edit, or null without edits.</param>
    internal sealed record Run(long Id, DateTime FinishedAt, string Outcome, Edit? LastEdit)
    {
        /// <summary>
        /// The version as a text. It contains the times besides the ids, because a database that is recreated or
        /// restored from a backup uses the same ids again.
        /// </summary>
        public string Text { get; } = string.Create(CultureInfo.InvariantCulture, $"{Id}-{FinishedAt.Ticks:x}")
            + (LastEdit is null
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"-{LastEdit.Id}-{LastEdit.At.Ticks:x}"));
    }

    /// <summary>An entry of the audit log.</summary>
    /// <param name="Id">The id. Edits run one after another, so all edits with lower ids are visible too.</param>
    /// <param name="At">The time of the edit, UTC.</param>
    internal sealed record Edit(long Id, DateTime At);

    /// <param name="Version">The version from the last successful query.</param>
    /// <param name="Last">The last run from the last successful query.</param>
    /// <param name="SeenAt">The time of the last successful query.</param>
    /// <param name="At">The time of the last query.</param>
    /// <param name="Failed">Whether the last query failed.</param>
    private sealed record Checked(Run? Version, Run? Last, long SeenAt, long At, bool Failed);
}

using OpenTelemetry;

namespace Cities.Api.Database;

/// <summary>
/// Which import's data one server holds, with the edits since: two queries a second at most, and only while there are
/// requests. All members are safe for use by many threads.
/// </summary>
internal sealed partial class HostDataVersion(
    Sql sql, IOptions<ApiOptions> options, TimeProvider time, ILogger<HostDataVersion> logger)
{
    /// <summary>What <see cref="Read"/> reads, of a run with <see cref="JoinEdit"/>.</summary>
    public const string Columns = "run.id, run.finished_at, run.outcome, edit.id, edit.at";

    /// <summary>The last run that succeeded, by the primary key, from its end: the first row is mostly the one.</summary>
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

    /// <summary>From then on the next query is under way, so that under load no request waits for one.</summary>
    private static readonly TimeSpan RefreshInterval = Interval / 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private volatile Checked? _checked;
    private Task? _check;

    /// <summary>The version if it has been checked lately, without a wait; null otherwise.</summary>
    public string? Current =>
        _checked is { Failed: false } last && time.GetElapsedTime(last.At) < RefreshInterval ? last.Version?.Text : null;

    /// <summary>Gets the version.</summary>
    /// <param name="cancellationToken">Ends the wait, not the query, which others may wait for.</param>
    public async ValueTask<State> GetAsync(CancellationToken cancellationToken)
    {
        var last = _checked;
        var age = last is null ? TimeSpan.MaxValue : time.GetElapsedTime(last.At);
        if (last is not null && age < RefreshInterval)
            return Known(last);

        var check = Check();
        if (last is not null && age < Interval)
            return Known(last);
        // To wait again for a server that is away would slow down every answer that does not need it.
        if (last is { Failed: true })
            return Known(last);
        try
        {
            await check.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The query is still on its way to being cancelled; what was known before holds as long as it holds, and nobody
            // else waits for it.
            Interlocked.CompareExchange(ref _checked, Failed(last), last);
        }

        return Known(_checked);
    }

    /// <summary>What is known, without waiting, or null at the very first; a query is begun if that is out of date.</summary>
    public State? Peek()
    {
        var last = _checked;
        if (last is null || time.GetElapsedTime(last.At) >= RefreshInterval)
            Check();
        return last is null ? null : Known(last);
    }

    private State Known(Checked? last) =>
        last is null ? new State(null, null, IsAway: true)
        : time.GetElapsedTime(last.SeenAt) <= options.Value.Cache.Grace + Interval ? new State(last.Version, last.Last, last.Failed)
        : new State(null, null, last.Failed);

    /// <summary>Starts a query, or joins the one under way.</summary>
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
        // No span: metrics ask as well as requests, and one a second would bury the requests'.
        using var untraced = SuppressInstrumentationScope.Begin();
        var before = _checked;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            var (version, last) = await QueryAsync(timeout.Token);
            var now = time.GetTimestamp();
            _checked = new Checked(version, last, now, now, Failed: false);
        }
#pragma warning disable CA1031 // whatever keeps the version from being known: the request itself will say what is wrong
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

    [LoggerMessage(LogLevel.Warning, "The version of the data cannot be read.")]
    private partial void LogUnknown(Exception exception);

    /// <param name="Version">
    /// The version; null if nothing has been imported yet, or the server has been away for longer than
    /// <see cref="CacheOptions.Grace"/>.
    /// </param>
    /// <param name="Last">The last run, however it ended.</param>
    /// <param name="IsAway">Whether the server did not answer when it was last asked.</param>
    internal readonly record struct State(Run? Version, Run? Last, bool IsAway);

    /// <summary>A run of the importer, with the edits that there are by now.</summary>
    /// <param name="Id">The id of the run.</param>
    /// <param name="FinishedAt">When it ended, UTC.</param>
    /// <param name="Outcome">Name of the <see cref="ImportOutcome"/>.</param>
    /// <param name="LastEdit">The last edit, or null where there is none.</param>
    internal sealed record Run(long Id, DateTime FinishedAt, string Outcome, Edit? LastEdit)
    {
        /// <summary>
        /// What tells this state of the data from any other. Not the ids alone: a database that is created again, or brought back
        /// from a backup, gives the same ids again.
        /// </summary>
        public string Text { get; } = string.Create(CultureInfo.InvariantCulture, $"{Id}-{FinishedAt.Ticks:x}")
            + (LastEdit is null ? "" : string.Create(CultureInfo.InvariantCulture, $"-{LastEdit.Id}-{LastEdit.At.Ticks:x}"));
    }

    /// <summary>An entry of the audit log.</summary>
    /// <param name="Id">Its id. Edits are made one after another, so one that is seen has none before it that is not.</param>
    /// <param name="At">When it was made, UTC.</param>
    internal sealed record Edit(long Id, DateTime At);

    /// <param name="Version">The version that was last read.</param>
    /// <param name="Last">The last run that was last read.</param>
    /// <param name="SeenAt">When it was read.</param>
    /// <param name="At">When it was last tried to read it.</param>
    /// <param name="Failed">Whether that failed.</param>
    private sealed record Checked(Run? Version, Run? Last, long SeenAt, long At, bool Failed);
}

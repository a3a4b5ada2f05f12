using System.Globalization;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Cities.Api.Http;

/// <summary>
/// Which import's data the database holds, as every replica of the API sees it: two queries a second at most, and only
/// while there are requests. All members are safe for use by many threads.
/// </summary>
/// <remarks>
/// An import commits its data and its row together, so data is never older than the version it is answered under. For the
/// time between two queries it can be newer; what is kept under the old version then goes with the old version.
/// </remarks>
internal sealed partial class DataVersion(
    Sql sql, IOptions<ApiOptions> options, TimeProvider time, ILogger<DataVersion> logger)
{
    /// <summary>By the primary key, from its end: the first row is mostly the one.</summary>
    private const string Query = "SELECT id, finished_at FROM import_runs WHERE outcome = 'Succeeded' ORDER BY id DESC LIMIT 1";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>From then on the next query is under way, so that under load no request waits for one.</summary>
    private static readonly TimeSpan RefreshInterval = Interval / 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private volatile State? _state;
    private Task? _check;

    /// <summary>Gets the version.</summary>
    /// <param name="cancellationToken">Ends the wait, not the query, which others may wait for.</param>
    /// <returns>
    /// The version; null if nothing has been imported yet, or the database has been away for longer than
    /// <see cref="ApiOptions.CacheOptions.Grace"/>.
    /// </returns>
    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        var state = _state;
        var age = state is null ? TimeSpan.MaxValue : time.GetElapsedTime(state.CheckedAt);
        if (state is not null && age < RefreshInterval)
            return Known(state);

        var check = Check();
        if (state is not null && age < Interval)
            return Known(state);
        // To wait again for a database that is away would slow down every answer that needs no database.
        if (state is { Failed: true } && Known(state) is { } version)
            return version;
        try
        {
            await check.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The query is still on its way to being cancelled; what was known before holds as long as it holds.
        }

        return Known(_state);
    }

    private string? Known(State? state) =>
        state is not null && time.GetElapsedTime(state.SeenAt) <= options.Value.Cache.Grace + Interval ? state.Version : null;

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
        var before = _state;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout, time);
            var version = await QueryAsync(timeout.Token);
            var now = time.GetTimestamp();
            _state = new State(version, now, now, Failed: false);
        }
#pragma warning disable CA1031 // whatever keeps the version from being known: the request itself will say what is wrong
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _state = new State(before?.Version, before?.SeenAt ?? 0, time.GetTimestamp(), Failed: true);
            if (before is not { Failed: true })
                LogUnknown(exception);
        }
    }

    private async Task<string?> QueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await sql.OpenAsync([new NpgsqlBatchCommand(Query)], cancellationToken);
        // Not the id alone: a database that is made anew, or brought back from a backup, gives the same ids again.
        return await reader.ReadAsync(cancellationToken)
            ? string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)}-{reader.GetDateTime(1).Ticks:x}")
            : null;
    }

    [LoggerMessage(LogLevel.Warning, "The version of the data cannot be read.")]
    private partial void LogUnknown(Exception exception);

    /// <param name="Version">The version that was last read.</param>
    /// <param name="SeenAt">When it was read.</param>
    /// <param name="CheckedAt">When it was last tried to read it.</param>
    /// <param name="Failed">Whether that failed.</param>
    private sealed record State(string? Version, long SeenAt, long CheckedAt, bool Failed);
}

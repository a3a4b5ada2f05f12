
namespace Cities.Api.Database;

/// <summary>
/// The version of the data: the last import and the last edit. All replicas of the API see the same version. All
/// members are thread-safe.
/// </summary>
/// <remarks>
/// An import commits its data together with its row in <c>import_runs</c>, and an edit together with its entry in the
/// audit log. This class has the version that was last read; an answer has the version of its snapshot
/// (<see cref="Snapshots"/>). A query can go to any standby, so the version is that of the standby with the longest
/// lag.
/// </remarks>
internal sealed class DataVersion(
    DatabaseHosts hosts, IOptions<ApiOptions> options, TimeProvider time, ILogger<HostDataVersion> logger)
{
    private readonly HostDataVersion[] _hosts =
        [.. hosts.DataSources.Select(source => new HostDataVersion(new Sql(source), options, time, logger))];

    /// <summary>
    /// The version, without a wait; null if it is not known, or out of date. Only one server has it: with standbys, the
    /// version is that of the oldest.
    /// </summary>
    public string? Current => _hosts is [var only] ? only.Current : null;

    /// <summary>Gets the version.</summary>
    /// <param name="cancellationToken">
    /// Cancels the wait, but not the queries, because other requests share them.
    /// </param>
    /// <returns>
    /// The version, or null if no data has been imported, or the database has been unavailable for longer than
    /// <see cref="CacheOptions.Grace"/>.
    /// </returns>
    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        if (_hosts is [var only])
            return (await only.GetAsync(cancellationToken)).Version?.Text;

        var states = new HostDataVersion.State[_hosts.Length];
        for (var i = 0; i < states.Length; i++)
            states[i] = await _hosts[i].GetAsync(cancellationToken);
        return Oldest(states)?.Text;
    }

    /// <summary>
    /// Gets the last known state for metrics, without waiting. If the state is out of date, starts a query for the next
    /// call.
    /// </summary>
    public Knowledge Peek()
    {
        HostDataVersion.State[] states = [.. _hosts.Select(host => host.Peek()).OfType<HostDataVersion.State>()];
        return new Knowledge(
            Oldest(states),
            states.Select(state => state.Last).MaxBy(run => run?.Id),
            states.Count(state => !state.IsAway),
            states.Count(state => state.IsAway));
    }

    private static HostDataVersion.Run? Oldest(HostDataVersion.State[] states)
    {
        // Queries do not go to an unavailable server. Its version counts only if all servers are unavailable.
        var counted = states.Any(state => !state.IsAway)
            ? states.Where(state => !state.IsAway)
            : states.Where(state => state.Version is not null);
        return counted.Select(state => state.Version)
            .DefaultIfEmpty()
            .MinBy(version => (version?.Id ?? 0, version?.LastEdit?.Id ?? 0));
    }

    /// <param name="Succeeded">The last successful run, or null.</param>
    /// <param name="Last">The last run with any outcome, or null.</param>
    /// <param name="Available">The number of available database servers.</param>
    /// <param name="Unavailable">The number of unavailable database servers.</param>
    internal readonly record struct Knowledge(
        HostDataVersion.Run? Succeeded, HostDataVersion.Run? Last, int Available, int Unavailable);
}

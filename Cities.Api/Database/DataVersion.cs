
namespace Cities.Api.Database;

/// <summary>
/// Which import's data the database holds, and which edits, as every replica of the API sees it. All members are safe for
/// use by many threads.
/// </summary>
/// <remarks>
/// An import commits its data and its row together, as an edit does its entry in the audit log. This is the version that was
/// last seen: an answer that is made has that of the snapshot that it is made of (<see cref="Snapshots"/>). Where there
/// are standbys, a query may go to any of them, so the version is that of the one that lags behind most.
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
    /// <param name="cancellationToken">Ends the wait, not the queries, which others may wait for.</param>
    /// <returns>
    /// The version; null if nothing has been imported yet, or the database has been away for longer than
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

    /// <summary>What is known, without waiting: for metrics. What is out of date is asked for, for who looks next.</summary>
    public Knowledge Peek()
    {
        HostDataVersion.State[] states = [.. _hosts.Select(host => host.Peek()).OfType<HostDataVersion.State>()];
        return new Knowledge(
            Oldest(states), states.Select(state => state.Last).MaxBy(run => run?.Id), states.Count(state => !state.IsAway), states.Count(state => state.IsAway));
    }

    private static HostDataVersion.Run? Oldest(HostDataVersion.State[] states)
    {
        // No query goes to a server that is away; what it had counts only while all are.
        var counted = states.Any(state => !state.IsAway)
            ? states.Where(state => !state.IsAway)
            : states.Where(state => state.Version is not null);
        return counted.Select(state => state.Version).DefaultIfEmpty().MinBy(version => (version?.Id ?? 0, version?.LastEdit?.Id ?? 0));
    }

    /// <param name="Succeeded">The import whose data there is, if any.</param>
    /// <param name="Last">The last run, which may have failed, if any.</param>
    /// <param name="Available">How many servers of the database answer.</param>
    /// <param name="Unavailable">How many do not.</param>
    internal readonly record struct Knowledge(
        HostDataVersion.Run? Succeeded, HostDataVersion.Run? Last, int Available, int Unavailable);
}

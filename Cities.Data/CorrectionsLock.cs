using System.Globalization;

namespace Cities.Data;

/// <summary>
/// The lock that editors and imports take before they change cities. It is a lock on the table of corrections until the
/// end of the transaction. It conflicts with itself and with changes to the table, but not with reads.
/// </summary>
public static class CorrectionsLock
{
    /// <summary>
    /// Gets the statements that take the lock. They must run before the first change of the transaction.
    /// </summary>
    /// <param name="timeout">
    /// How long to wait for the lock. The setting <c>lock_timeout</c> keeps this value until the end of the
    /// transaction.
    /// </param>
    /// <returns>The statements. They fail with a lock timeout (<see cref="PostgresErrors.IsLockTimeout"/>).</returns>
    public static string[] Statements(TimeSpan timeout) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {timeout.TotalMilliseconds:F0}"),
        "LOCK TABLE administration.city_corrections IN SHARE ROW EXCLUSIVE MODE",
    ];
}

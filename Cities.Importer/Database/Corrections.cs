using Cities.Data;
using Cities.Data.Entities;
using Cities.Importer.GeoNames;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Applies the corrections of editors in an import. The values of GeoNames are stored in the corrections, so that the
/// API can show them and restore them. The corrected values are stored in the tables.
/// </summary>
internal static class Corrections
{
    private const string CityCorrections = $"{CitiesDbContext.AdministrationSchema}.city_corrections";
    private const string LocalNames = $"{CitiesDbContext.AdministrationSchema}.local_names";

    /// <summary>The condition, on <c>existing</c>, for rows that come from GeoNames.</summary>
    public static readonly string AreFromGeoNames =
        FormattableString.Invariant($"existing.id < {CityCorrection.FirstLocalId}");

    /// <summary>How long to wait for an editor, whose transaction is one or two statements.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Blocks editors until the end of the transaction, so that no correction changes between the time at which the
    /// import reads it and the commit. Call it before the first change to cities: editors take the same lock before
    /// they change a row, and the opposite order would be a deadlock.
    /// </summary>
    /// <exception cref="ImportException">A transaction that changes corrections has not ended in time.</exception>
    public static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(
                $"{string.Join("; ", CorrectionsLock.Statements(LockTimeout))}; SET LOCAL lock_timeout = DEFAULT",
                cancellationToken);
        }
        catch (PostgresException exception) when (PostgresErrors.IsLockTimeout(exception))
        {
            throw new ImportException(
                ExitCode.Locked,
                "Another session is changing corrections and did not end its transaction within "
                + $"{LockTimeout.TotalSeconds:0} s.",
                exception);
        }
    }

    /// <summary>
    /// Corrects the incoming cities, and adds the places that editors added. Countries and divisions must have been
    /// merged.
    /// </summary>
    /// <param name="connection">The connection of the import.</param>
    /// <param name="cities">The load of the cities, before the merge.</param>
    /// <param name="isCurrent">The condition that is passed to <see cref="TableLoad.UpsertAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public static async Task ApplyAsync(
        NpgsqlConnection connection, TableLoad cities, string? isCurrent, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {CityCorrections})", cancellationToken))
            return;
        var columns = string.Join(", ", GeonameFile.Cities.Columns);
        await connection.ExecuteAsync(
            $"""
            UPDATE {CityCorrections} correction
            SET geonames = to_jsonb(incoming) - 'search_text'
            FROM {cities.Staging} incoming
            {(isCurrent is null ? "" : $"LEFT JOIN {cities.Table.Name} existing ON existing.id = incoming.id")}
            WHERE incoming.id = correction.city_id AND NOT correction.is_local
              AND correction.geonames IS DISTINCT FROM to_jsonb(incoming) - 'search_text' AND ({isCurrent ?? "true"})
            """,
            cancellationToken);
        await connection.ExecuteAsync(
            $"""
            UPDATE {cities.Staging} incoming
            SET ({columns}) = (
              SELECT {columns}
              FROM jsonb_populate_record(
                NULL::{cities.Staging}, administration.effective(correction.geonames, correction.changes)))
            FROM {CityCorrections} correction
            WHERE correction.city_id = incoming.id AND NOT correction.is_local
            """,
            cancellationToken);
        cities.Added(await connection.ExecuteAsync(
            $"""
            INSERT INTO {cities.Staging} ({columns})
            SELECT {columns}
            FROM {CityCorrections} correction, jsonb_populate_record(
              NULL::{cities.Staging}, administration.effective(jsonb_build_object('id', city_id), changes))
            WHERE is_local AND country_id IN (SELECT id FROM countries)
            """,
            cancellationToken));
    }

    /// <summary>Adds the names that editors added to the incoming names. The cities must have been merged.</summary>
    public static async Task ApplyNamesAsync(
        NpgsqlConnection connection, TableLoad names, CancellationToken cancellationToken) =>
        names.Added(await AddNamesAsync(connection, names.Staging, cancellationToken));

    /// <summary>Inserts the names that editors added to cities that an import has restored.</summary>
    /// <returns>The number of inserted names.</returns>
    public static Task<int> RestoreNamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        AddNamesAsync(connection, AlternateNamesFile.Table.Name, cancellationToken);

    private static Task<int> AddNamesAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            INSERT INTO {table}
              (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic)
            SELECT id, city_id, $1, language, name, is_preferred, is_short, is_colloquial, is_historic
            FROM {LocalNames} local
            WHERE city_id IN (SELECT id FROM cities)
            ON CONFLICT DO NOTHING
            """,
            cancellationToken,
            [(short)AlternativeNameKind.Name]);
}

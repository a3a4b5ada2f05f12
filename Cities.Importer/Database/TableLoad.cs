using System.Globalization;
using Cities.Data.Entities;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Loads the rows of files into a table. If the table is rebuilt (<see cref="FreshTables"/>), rows are copied directly
/// into the new table. Otherwise they are first copied into a temporary table, which writes no WAL and is dropped with
/// the transaction. Set-based statements then merge only the rows that differ.
/// </summary>
internal sealed class TableLoad
{
    private readonly NpgsqlConnection _connection;
    private readonly string _allColumns;
    private readonly string[] _values;
    private long _copied;

    private TableLoad(NpgsqlConnection connection, Table table, string? freshSchema)
    {
        _connection = connection;
        Table = table;
        IsFresh = freshSchema is not null;
        Changes = new ImportedTable { Name = table.Name };
        string[] all = [.. table.Columns, .. table.ComputedColumns];
        _allColumns = string.Join(", ", all);
        _values = all[1..];
        IsDirect = IsFresh && table.ComputedColumns.Length == 0;
        Staging = IsDirect ? $"{freshSchema}.{table.Name}" : table.Incoming;
    }

    public Table Table { get; }

    /// <summary>Whether the table is rebuilt.</summary>
    public bool IsFresh { get; }

    /// <summary>The countries whose rows are loaded; empty for all countries.</summary>
    public string[] Countries { get; set; } = [];

    /// <summary>Name of the table that the rows are copied into.</summary>
    public string Staging { get; }

    /// <summary>The number of changes to the table so far.</summary>
    public ImportedTable Changes { get; }

    /// <summary>
    /// The condition, on <c>existing</c>, for rows that the files do not contain any more; null if no row is to be
    /// deleted.
    /// </summary>
    public string? GoneCondition =>
        IsFresh || Table.IsNeverDeleted
            ? null
            : $"NOT EXISTS (SELECT FROM {Staging} incoming WHERE incoming.id = existing.id)"
                + (Table.HasLocalRows ? $" AND {Corrections.AreFromGeoNames}" : "");

    /// <summary>The condition on <c>existing</c> of the rows of the loaded countries.</summary>
    private string ScopeCondition => IsScoped ? Table.CountryCondition : "true";

    private object[]? ScopeParameters => IsScoped ? [Countries] : null;

    private bool IsScoped => Countries.Length > 0 && !Table.IsWorldwide;

    /// <summary>Whether rows are copied directly into the new table.</summary>
    private bool IsDirect { get; }

    /// <summary>Creates the load, and the table that rows are copied into.</summary>
    /// <param name="connection">The connection that copies and merges.</param>
    /// <param name="table">The table.</param>
    /// <param name="freshSchema">The schema in which the table is rebuilt, or null if it is not rebuilt.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task<TableLoad> CreateAsync(
        NpgsqlConnection connection, Table table, string? freshSchema, CancellationToken cancellationToken)
    {
        var load = new TableLoad(connection, table, freshSchema);
        if (!load.IsDirect)
        {
            await connection.ExecuteAsync(
                table.Definition is { } definition
                    ? $"CREATE TEMPORARY TABLE {table.Incoming} ({definition}) ON COMMIT DROP"
                    : $"""
                        CREATE TEMPORARY TABLE {table.Incoming} ON COMMIT DROP AS
                        SELECT {load._allColumns} FROM {table.Name} WITH NO DATA
                        """,
                cancellationToken);
        }

        return load;
    }

    /// <summary>Copies rows into <see cref="Staging"/>.</summary>
    /// <param name="write">Writes and flushes the rows. The end of the data is written afterwards.</param>
    /// <param name="cancellationToken">Cancels the copy, which ends the transaction.</param>
    public Task CopyAsync(Func<CopyWriter, Task> write, CancellationToken cancellationToken) =>
        CopyAsync(
            async stream =>
            {
                using var copy = new CopyWriter(stream, Table.Columns.Length);
                await write(copy);
                await copy.CompleteAsync(cancellationToken);
                _copied += copy.Rows;
            },
            cancellationToken);

    /// <summary>Copies rows that a <see cref="CopyWriter"/> has written to a stream.</summary>
    public Task CopyAsync(Stream rows, long count, CancellationToken cancellationToken) =>
        CopyAsync(
            async stream =>
            {
                await rows.CopyToAsync(stream, cancellationToken);
                _copied += count;
            },
            cancellationToken);

    /// <summary>Counts rows that were inserted into <see cref="Staging"/> without a copy.</summary>
    public void Added(int rows) => _copied += rows;

    /// <summary>
    /// Makes the ids of postal codes unique: deletes rows that repeat another, and numbers those that differ in their
    /// location, in the order of the locations, so that an id does not depend on the order of the rows.
    /// </summary>
    /// <param name="ids">The ids that can occur more than once, or null for all.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>The number of deleted rows.</returns>
    public async Task<int> DeleteRepeatedAsync(IReadOnlyCollection<long>? ids, CancellationToken cancellationToken)
    {
        if (ids is { Count: 0 })
            return 0;
        var candidates = ids is null ? "" : "WHERE id = ANY ($1)";
        object[]? parameters = ids is null ? null : [ids.ToArray()];
        var deleted = await _connection.ExecuteAsync(
            $"""
            DELETE FROM {Staging} repeated
            USING (
              SELECT id, location, min(ctid) AS first FROM {Staging} {candidates}
              GROUP BY id, location HAVING count(*) > 1) duplicates
            WHERE repeated.id = duplicates.id AND repeated.location IS NOT DISTINCT FROM duplicates.location
              AND repeated.ctid <> duplicates.first
            """,
            cancellationToken,
            parameters);
        await _connection.ExecuteAsync(
            $"""
            UPDATE {Staging} repeated SET id = repeated.id + others.number
            FROM (
              SELECT ctid, row_number() OVER (PARTITION BY id ORDER BY location) - 1 AS number
              FROM {Staging} {candidates}) others
            WHERE others.ctid = repeated.ctid AND others.number > 0
            """,
            cancellationToken,
            parameters);
        _copied -= deleted;
        return deleted;
    }

    /// <summary>Indexes and analyzes the rows, so that they can be merged.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!IsDirect)
        {
            await _connection.ExecuteAsync(
                $"ALTER TABLE {Staging} ADD PRIMARY KEY (id); ANALYZE {Staging}", cancellationToken);
        }
    }

    /// <summary>Whether the table has rows of the loaded countries.</summary>
    public Task<bool> HasRowsAsync(CancellationToken cancellationToken) =>
        _connection.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM {Table.Name} existing WHERE {ScopeCondition})",
            cancellationToken,
            ScopeParameters);

    /// <summary>Deletes rows of the loaded countries.</summary>
    /// <param name="condition">The condition on <c>existing</c> of the rows to delete.</param>
    /// <param name="maximumShare">The share of the rows that can be deleted, 0 to 1.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="ImportException">The condition matches a larger share of the rows.</exception>
    public async Task DeleteAsync(string condition, double maximumShare, CancellationToken cancellationToken)
    {
        var deleted = await _connection.ExecuteAsync(
            $"DELETE FROM {Table.Name} existing WHERE {condition} AND {ScopeCondition}",
            cancellationToken,
            ScopeParameters);
        Changes.Deleted += deleted;
        if (deleted <= ImportOptions.AlwaysDeletable)
            return;
        var rows = deleted + await _connection.ScalarAsync<long>(
            $"SELECT count(*) FROM {Table.Name} existing WHERE {ScopeCondition}", cancellationToken, ScopeParameters);
        if (deleted > rows * maximumShare)
        {
            throw new ImportException(
                ExitCode.BadData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{deleted} of the {rows} rows of {Table.Name} would be deleted, more than the allowed share of ")
                + string.Create(CultureInfo.InvariantCulture, $"{maximumShare * 100:0.##} %. To allow it, use ")
                + $"{CommandLine.NameOf(nameof(ImportOptions.MaximumDeletedShare))}. Nothing was changed.");
        }
    }

    /// <summary>Updates rows that differ, and inserts new rows.</summary>
    /// <param name="isCurrent">
    /// A condition on <c>existing</c> and <c>incoming</c> that is true if the incoming row is not older, or null to
    /// update always.
    /// </param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task UpsertAsync(string? isCurrent, CancellationToken cancellationToken)
    {
        if (IsDirect)
        {
            Changes.Inserted += _copied;
            return;
        }

        if (!IsFresh)
        {
            Changes.Updated += await _connection.ExecuteAsync(
                $"""
                UPDATE {Table.Name} existing
                SET ({string.Join(", ", _values)}) = ROW ({Qualified("incoming")})
                FROM {Staging} incoming
                WHERE incoming.id = existing.id AND ({Qualified("existing")}) IS DISTINCT FROM ({Qualified("incoming")})
                  AND ({isCurrent ?? "true"})
                """,
                cancellationToken);
        }

        Changes.Inserted += await _connection.ExecuteAsync(
            $"""
            INSERT INTO {Table.Name} ({_allColumns})
            SELECT {_allColumns} FROM {Staging} incoming
            WHERE NOT EXISTS (SELECT FROM {Table.Name} existing WHERE existing.id = incoming.id)
            """,
            cancellationToken);
    }

    /// <summary>Drops the temporary table, so that it can be created again.</summary>
    public Task DropAsync(CancellationToken cancellationToken) =>
        _connection.ExecuteAsync($"DROP TABLE {Staging}", cancellationToken);

    /// <summary>Analyzes the table if it has changed.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        // A rebuilt table is analyzed when its indexes are created.
        if (!IsFresh && Changes.Inserted + Changes.Updated + Changes.Deleted > 0)
            await _connection.ExecuteAsync($"ANALYZE {Table.Name}", cancellationToken);
    }

    private async Task CopyAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        // Not FREEZE: transactions with an older snapshot would see the rows of this table, but not those of the other
        // tables.
        await using var stream = await _connection.BeginRawBinaryCopyAsync(
            $"COPY {Staging} ({string.Join(", ", Table.Columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            await write(stream);
        }
        catch
        {
            // Disposing the stream without a cancellation would complete the copy.
            try
            {
                await stream.CancelAsync();
            }
            catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
            {
                // The connection is broken, which also ends the copy. The first exception is reported.
            }

            throw;
        }
    }

    private string Qualified(string alias) => string.Join(", ", _values.Select(column => $"{alias}.{column}"));
}

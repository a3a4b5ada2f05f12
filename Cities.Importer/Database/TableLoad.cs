using Cities.Data.Entities;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Brings a table to the state of the files. A table that is built anew (<see cref="FreshTables"/>) takes the rows as they
/// come; for any other they are first copied into a temporary table, which writes no WAL and vanishes with the
/// transaction, and then merged in set-based steps that touch only the rows that differ.
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

    /// <summary>Whether the table is built anew.</summary>
    public bool IsFresh { get; }

    /// <summary>The countries whose rows it brings to the state of the files; empty for all countries.</summary>
    public string[] Countries { get; set; } = [];

    /// <summary>Name of the table that the rows are copied into.</summary>
    public string Staging { get; }

    /// <summary>What has been done to the table so far.</summary>
    public ImportedTable Changes { get; }

    /// <summary>
    /// The condition, on <c>existing</c>, for rows that the files do not contain any more; null if none is to be deleted.
    /// </summary>
    public string? GoneCondition =>
        IsFresh || Table.IsNeverDeleted
            ? null
            : $"NOT EXISTS (SELECT FROM {Staging} incoming WHERE incoming.id = existing.id)"
                + (Table.HasLocalRows ? $" AND {Corrections.AreFromGeoNames}" : "");

    /// <summary>Whether rows are copied straight into the table.</summary>
    private bool IsDirect { get; }

    /// <summary>Makes what the rows are copied into.</summary>
    /// <param name="connection">The connection that copies and merges.</param>
    /// <param name="table">The table.</param>
    /// <param name="freshSchema">The schema in which the table is built anew, or null where it is not.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public static async Task<TableLoad> CreateAsync(
        NpgsqlConnection connection, Table table, string? freshSchema, CancellationToken cancellationToken)
    {
        var load = new TableLoad(connection, table, freshSchema);
        if (!load.IsDirect)
        {
            await connection.ExecuteAsync(
                table.Definition is { } definition
                    ? $"CREATE TEMPORARY TABLE {table.Incoming} ({definition}) ON COMMIT DROP"
                    : $"CREATE TEMPORARY TABLE {table.Incoming} ON COMMIT DROP AS SELECT {load._allColumns} FROM {table.Name} WITH NO DATA",
                cancellationToken);
        }

        return load;
    }

    /// <summary>Copies rows into what was made for them.</summary>
    /// <param name="write">Writes the rows, flushing as it goes; the end of the data is added here.</param>
    /// <param name="cancellationToken">Ends the copy, and with it the transaction.</param>
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

    /// <summary>Copies rows that a <see cref="CopyWriter"/> has written to a stream before.</summary>
    public Task CopyAsync(Stream rows, long count, CancellationToken cancellationToken) =>
        CopyAsync(
            async stream =>
            {
                await rows.CopyToAsync(stream, cancellationToken);
                _copied += count;
            },
            cancellationToken);

    /// <summary>Counts rows that came into <see cref="Staging"/> otherwise than by a copy.</summary>
    public void Added(int rows) => _copied += rows;

    /// <summary>Leaves one of each of the rows that were copied more than once.</summary>
    /// <param name="ids">The ids that may have been, or null for any.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task DeleteRepeatedAsync(IReadOnlyCollection<long>? ids, CancellationToken cancellationToken)
    {
        if (ids is { Count: 0 })
            return;
        _copied -= await _connection.ExecuteAsync(
            $"""
            DELETE FROM {Staging} repeated
            USING (
              SELECT id, min(ctid) AS first FROM {Staging} {(ids is null ? "" : "WHERE id = ANY ($1)")}
              GROUP BY id HAVING count(*) > 1) duplicates
            WHERE repeated.id = duplicates.id AND repeated.ctid <> duplicates.first
            """,
            cancellationToken,
            ids is null ? null : [ids.ToArray()]);
    }

    /// <summary>Makes the rows ready to be merged: with an index to look them up by, and statistics.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!IsDirect)
            await _connection.ExecuteAsync($"ALTER TABLE {Staging} ADD PRIMARY KEY (id); ANALYZE {Staging}", cancellationToken);
    }

    /// <summary>Deletes the rows that meet a condition on <c>existing</c>; those of other countries are left alone.</summary>
    public async Task DeleteAsync(string condition, CancellationToken cancellationToken)
    {
        var isScoped = Countries.Length > 0 && !Table.IsWorldwide;
        Changes.Deleted += await _connection.ExecuteAsync(
            $"DELETE FROM {Table.Name} existing WHERE {condition}" + (isScoped ? $" AND {Table.CountryCondition}" : ""),
            cancellationToken,
            isScoped ? [Countries] : null);
    }

    /// <summary>Updates the rows that differ and inserts those that are new.</summary>
    /// <param name="isCurrent">
    /// A condition on <c>existing</c> and <c>incoming</c> that says whether the incoming row is newer, or null for always.
    /// </param>
    /// <param name="cancellationToken">Ends the statements.</param>
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

    /// <summary>Drops what the rows were copied into, so that it can be made again.</summary>
    public Task DropAsync(CancellationToken cancellationToken) =>
        _connection.ExecuteAsync($"DROP TABLE {Staging}", cancellationToken);

    /// <summary>Gives the planner the table's new statistics.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        // A table that is built anew has had its statistics with its indexes.
        if (!IsFresh && Changes.Inserted + Changes.Updated + Changes.Deleted > 0)
            await _connection.ExecuteAsync($"ANALYZE {Table.Name}", cancellationToken);
    }

    private async Task CopyAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        // Not FREEZE: a transaction whose snapshot is older would see the rows of this table, and not those of others.
        await using var stream = await _connection.BeginRawBinaryCopyAsync(
            $"COPY {Staging} ({string.Join(", ", Table.Columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            await write(stream);
        }
        catch
        {
            // Disposing alone would end the copy as though it were complete.
            try
            {
                await stream.CancelAsync();
            }
            catch (Exception exception) when (exception is NpgsqlException or ObjectDisposedException)
            {
                // The connection is lost, which ends a copy too. What says so is the first exception.
            }

            throw;
        }
    }

    private string Qualified(string alias) => string.Join(", ", _values.Select(column => $"{alias}.{column}"));
}

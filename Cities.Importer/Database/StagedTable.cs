using Cities.Data.Entities;
using Npgsql;

namespace Cities.Importer.Database;

/// <summary>
/// Brings a table to the state of the files in set-based steps that touch only the rows that differ. The rows are first
/// copied into a temporary table, which writes no WAL and vanishes with the transaction.
/// </summary>
internal sealed class StagedTable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _copyCommand;
    private readonly string _allColumns;
    private readonly string[] _values;

    private StagedTable(NpgsqlConnection connection, Table table)
    {
        _connection = connection;
        Table = table;
        Changes = new ImportedTable { Name = table.Name };
        _copyCommand = $"COPY {table.Incoming} ({string.Join(", ", table.Columns)}) FROM STDIN (FORMAT BINARY)";
        string[] all = [.. table.Columns, .. table.ComputedColumns];
        _allColumns = string.Join(", ", all);
        _values = all[1..];
    }

    public Table Table { get; }

    /// <summary>What has been done to the table so far.</summary>
    public ImportedTable Changes { get; }

    /// <summary>Makes the empty temporary table.</summary>
    public static async Task<StagedTable> CreateAsync(
        NpgsqlConnection connection, Table table, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"CREATE TEMPORARY TABLE {table.Incoming} (LIKE {table.Name}) ON COMMIT DROP", cancellationToken);
        return new StagedTable(connection, table);
    }

    /// <summary>Copies rows into the temporary table.</summary>
    /// <param name="write">Writes the rows, flushing as it goes; the end of the data is added here.</param>
    /// <param name="cancellationToken">Ends the copy, and with it the transaction.</param>
    public Task CopyAsync(Func<CopyWriter, Task> write, CancellationToken cancellationToken) =>
        CopyAsync(
            async stream =>
            {
                using var copy = new CopyWriter(stream, Table.Columns.Length);
                await write(copy);
                await copy.CompleteAsync(cancellationToken);
            },
            cancellationToken);

    /// <summary>Copies rows that a <see cref="CopyWriter"/> has written to a stream before.</summary>
    public Task CopyAsync(Stream rows, CancellationToken cancellationToken) =>
        CopyAsync(stream => rows.CopyToAsync(stream, cancellationToken), cancellationToken);

    /// <summary>Gives the planner the temporary table's statistics, and an index to look rows up by.</summary>
    public async Task PrepareMergeAsync(CancellationToken cancellationToken) =>
        await _connection.ExecuteAsync(
            $"ALTER TABLE {Table.Incoming} ADD PRIMARY KEY (id); ANALYZE {Table.Incoming}", cancellationToken);

    /// <summary>Deletes the rows that are gone from the files.</summary>
    /// <param name="countryCodes">Rows of other countries are left alone; empty for all rows.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task DeleteGoneAsync(string[] countryCodes, CancellationToken cancellationToken) =>
        Changes.Deleted += await _connection.ExecuteAsync(
            $"""
            DELETE FROM {Table.Name} existing
            WHERE NOT EXISTS (SELECT FROM {Table.Incoming} incoming WHERE incoming.id = existing.id)
              AND (cardinality($1) = 0
                OR existing.country_id IN (SELECT id FROM countries WHERE code = ANY ($1)))
            """,
            cancellationToken,
            [countryCodes]);

    /// <summary>Updates the rows that differ and inserts those that are new.</summary>
    public async Task UpsertAsync(CancellationToken cancellationToken)
    {
        Changes.Updated += await _connection.ExecuteAsync(
            $"""
            UPDATE {Table.Name} existing
            SET ({string.Join(", ", _values)}) = ROW ({Qualified("incoming")})
            FROM {Table.Incoming} incoming
            WHERE incoming.id = existing.id AND ({Qualified("existing")}) IS DISTINCT FROM ({Qualified("incoming")})
            """,
            cancellationToken);
        Changes.Inserted += await _connection.ExecuteAsync(
            $"""
            INSERT INTO {Table.Name} ({_allColumns})
            SELECT {_allColumns} FROM {Table.Incoming} incoming
            WHERE NOT EXISTS (SELECT FROM {Table.Name} existing WHERE existing.id = incoming.id)
            """,
            cancellationToken);
        if (Changes.Inserted + Changes.Updated + Changes.Deleted > 0)
            await _connection.ExecuteAsync($"ANALYZE {Table.Name}", cancellationToken);
        CountChanges();
    }

    private async Task CopyAsync(Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        await using var stream = await _connection.BeginRawBinaryCopyAsync(_copyCommand, cancellationToken);
        try
        {
            await write(stream);
        }
        catch
        {
            // Disposing alone would end the copy as though it were complete.
            await stream.CancelAsync();
            throw;
        }
    }

    private void CountChanges()
    {
        Count("insert", Changes.Inserted);
        Count("update", Changes.Updated);
        Count("delete", Changes.Deleted);

        void Count(string operation, long rows) =>
            Telemetry.RowsMerged.Add(rows, new("db.collection.name", Table.Name), new("db.operation.name", operation));
    }

    private string Qualified(string alias) => string.Join(", ", _values.Select(column => $"{alias}.{column}"));
}

namespace Cities.Importer.Database;

/// <summary>
/// Stores rows in a temporary file while another table is copied, because a connection can copy into only one table at
/// a time.
/// </summary>
internal sealed class SpooledRows : IDisposable
{
    private readonly FileStream _file = CreateFile();

    /// <param name="table">The table that the rows are for.</param>
    public SpooledRows(Table table) => Writer = new CopyWriter(_file, table.Columns.Length);

    /// <summary>Writes the rows.</summary>
    public CopyWriter Writer { get; }

    /// <summary>Copies all rows into the temporary table.</summary>
    public async Task CopyToAsync(TableLoad table, CancellationToken cancellationToken)
    {
        await Writer.CompleteAsync(cancellationToken);
        _file.Position = 0;
        await table.CopyAsync(_file, Writer.Rows, cancellationToken);
    }

    public void Dispose()
    {
        Writer.Dispose();
        _file.Dispose();
    }

    /// <summary>Creates a file that is deleted when the process ends, even if it is killed.</summary>
    private static FileStream CreateFile()
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        // Windows deletes the file with the process. On other systems, .NET deletes it when it is closed, which does
        // not happen if the process is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(file.Name);
        return file;
    }
}

namespace Cities.Importer.Database;

/// <summary>
/// Rows that wait in a temporary file while another table is being copied, since a connection copies into one at a time.
/// </summary>
internal sealed class SpooledRows : IDisposable
{
    private readonly FileStream _file = CreateFile();

    /// <param name="table">The table that the rows are for.</param>
    public SpooledRows(Table table) => Writer = new CopyWriter(_file, table.Columns.Length);

    /// <summary>Writes the rows.</summary>
    public CopyWriter Writer { get; }

    /// <summary>Copies the rows, to the last, into the temporary table.</summary>
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

    /// <summary>Makes a file that is gone when the process is, however that ends.</summary>
    private static FileStream CreateFile()
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        // Windows sees to it itself; elsewhere .NET would delete it when it closes the file, which a killed process does not.
        if (!OperatingSystem.IsWindows())
            File.Delete(file.Name);
        return file;
    }
}

namespace Cities.Data.Entities;

/// <summary>
/// A run of the importer. The record of a successful run is committed together with its data. The greatest
/// <see cref="Id"/> of a successful run is therefore the version of the data.
/// </summary>
public sealed class ImportRun
{
    /// <summary>Increases with each run.</summary>
    public long Id { get; set; }

    /// <summary>When the run started, UTC.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the run ended, UTC.</summary>
    public DateTimeOffset FinishedAt { get; set; }

    /// <summary>The operation.</summary>
    public ImportOperation Operation { get; set; }

    /// <summary>The result.</summary>
    public ImportOutcome Outcome { get; set; }

    /// <summary>Folder or base address of the files.</summary>
    public required string Source { get; set; }

    /// <summary>Whether the files were the bundled sample.</summary>
    public bool IsSample { get; set; }

    /// <summary>Names of the imported kinds of data (<see cref="DataKindNames"/>).</summary>
    public required string[] Kinds { get; set; }

    /// <summary>ISO 3166-1 alpha-2 codes of the imported countries; empty for all.</summary>
    public required string[] Countries { get; set; }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of the options and the contents of all files. A run with the same
    /// fingerprint as the last successful run has nothing to do.
    /// </summary>
    public required string Fingerprint { get; set; }

    /// <summary>
    /// The last day whose daily changes the data includes, or null if it is not known, as after an import from a
    /// folder.
    /// </summary>
    public DateOnly? ChangesThrough { get; set; }

    /// <summary>The files that the run read.</summary>
    public List<ImportedFile> Files { get; set; } = [];

    /// <summary>The number of changes to each table.</summary>
    public List<ImportedTable> Tables { get; set; } = [];

    /// <summary>The first rejected rows. The rejects file of the run contains all of them.</summary>
    public List<RejectedRow> Rejects { get; set; } = [];

    /// <summary>The reason of a failure, or null.</summary>
    public string? Error { get; set; }
}

/// <summary>The operations of an <see cref="ImportRun"/>.</summary>
public enum ImportOperation
{
    /// <summary>Import the files of GeoNames.</summary>
    Import = 1,

    /// <summary>Apply the daily changes of GeoNames.</summary>
    Update = 2,

    /// <summary>Delete data.</summary>
    Flush = 3,
}

/// <summary>The results of an <see cref="ImportRun"/>.</summary>
public enum ImportOutcome
{
    /// <summary>The run succeeded. Its data is in the tables.</summary>
    Succeeded = 1,

    /// <summary>The run failed and changed nothing. <see cref="ImportRun.Error"/> is the reason.</summary>
    Failed = 2,

    /// <summary>The run was cancelled and changed nothing.</summary>
    Cancelled = 3,
}

/// <summary>A file that an <see cref="ImportRun"/> read.</summary>
public sealed class ImportedFile
{
    /// <summary>Path relative to the source, such as <c>dump/GB.zip</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; set; }

    /// <summary>SHA-256 of the content, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }

    /// <summary>Number of rows, without comments.</summary>
    public long Rows { get; set; }

    /// <summary>Number of malformed rows, which were not imported.</summary>
    public long Rejected { get; set; }
}

/// <summary>The changes of an <see cref="ImportRun"/> to a table.</summary>
public sealed class ImportedTable
{
    /// <summary>Name of the table.</summary>
    public required string Name { get; set; }

    /// <summary>Number of inserted rows.</summary>
    public long Inserted { get; set; }

    /// <summary>Number of updated rows.</summary>
    public long Updated { get; set; }

    /// <summary>Number of deleted rows.</summary>
    public long Deleted { get; set; }
}

/// <summary>A malformed row that an <see cref="ImportRun"/> rejected.</summary>
public sealed class RejectedRow
{
    /// <summary>Path of the file relative to the source, such as <c>dump/GB.zip</c>.</summary>
    public required string File { get; set; }

    /// <summary>Line number, starting at 1.</summary>
    public long Line { get; set; }

    /// <summary>Number of the malformed column, starting at 1, or null if the row as a whole is malformed.</summary>
    public int? Column { get; set; }

    /// <summary>Description of the problem.</summary>
    public required string Problem { get; set; }
}

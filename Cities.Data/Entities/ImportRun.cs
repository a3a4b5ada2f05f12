namespace Cities.Data.Entities;

/// <summary>
/// One run of the importer. The row of a run that succeeded is written in the same transaction as its data, so the
/// greatest <see cref="Id"/> with that outcome is the version of the data.
/// </summary>
public sealed class ImportRun
{
    /// <summary>Increases with each run.</summary>
    public long Id { get; set; }

    /// <summary>When the run began, UTC.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the run ended, UTC.</summary>
    public DateTimeOffset FinishedAt { get; set; }

    /// <summary>What was asked of it.</summary>
    public ImportOperation Operation { get; set; }

    /// <summary>How it ended.</summary>
    public ImportOutcome Outcome { get; set; }

    /// <summary>Folder or base address that the files came from.</summary>
    public required string Source { get; set; }

    /// <summary>Whether the files were the bundled sample.</summary>
    public bool IsSample { get; set; }

    /// <summary>Names of the kinds of data, as the option <c>--import</c> takes them.</summary>
    public required string[] Kinds { get; set; }

    /// <summary>ISO 3166-1 alpha-2 codes of the countries that were imported; empty for all.</summary>
    public required string[] Countries { get; set; }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of the options and of every file's content: a run with the fingerprint of the
    /// last that succeeded has nothing to do.
    /// </summary>
    public required string Fingerprint { get; set; }

    /// <summary>
    /// The last day whose daily changes the data holds, or null where that is not known, as after an import from a folder.
    /// </summary>
    public DateOnly? ChangesThrough { get; set; }

    /// <summary>The files that were read.</summary>
    public List<ImportedFile> Files { get; set; } = [];

    /// <summary>What changed, table by table.</summary>
    public List<ImportedTable> Tables { get; set; } = [];

    /// <summary>The first of the rows that were kept out; all of them are in the run's rejects file.</summary>
    public List<RejectedRow> Rejects { get; set; } = [];

    /// <summary>Why the run failed, or null.</summary>
    public string? Error { get; set; }
}

/// <summary>What an <see cref="ImportRun"/> was asked to do.</summary>
public enum ImportOperation
{
    /// <summary>Bring the data to the state of GeoNames' files.</summary>
    Import = 1,

    /// <summary>Apply GeoNames' daily changes.</summary>
    Update = 2,

    /// <summary>Empty tables.</summary>
    Flush = 3,
}

/// <summary>How an <see cref="ImportRun"/> ended.</summary>
public enum ImportOutcome
{
    /// <summary>Its data is in the tables.</summary>
    Succeeded = 1,

    /// <summary>It changed nothing; <see cref="ImportRun.Error"/> says why.</summary>
    Failed = 2,

    /// <summary>It was cancelled and changed nothing.</summary>
    Cancelled = 3,
}

/// <summary>A file that an <see cref="ImportRun"/> read.</summary>
public sealed class ImportedFile
{
    /// <summary>Path below the source, such as <c>dump/GB.zip</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Length in bytes.</summary>
    public long Length { get; set; }

    /// <summary>SHA-256 of its content, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; set; }

    /// <summary>Rows in it, comments not counted.</summary>
    public long Rows { get; set; }

    /// <summary>Rows that were kept out because they are malformed.</summary>
    public long Rejected { get; set; }
}

/// <summary>What an <see cref="ImportRun"/> did to a table.</summary>
public sealed class ImportedTable
{
    /// <summary>Name of the table.</summary>
    public required string Name { get; set; }

    /// <summary>Rows inserted.</summary>
    public long Inserted { get; set; }

    /// <summary>Rows updated.</summary>
    public long Updated { get; set; }

    /// <summary>Rows deleted.</summary>
    public long Deleted { get; set; }
}

/// <summary>A malformed row that an <see cref="ImportRun"/> kept out.</summary>
public sealed class RejectedRow
{
    /// <summary>Path of the file below the source, such as <c>dump/GB.zip</c>.</summary>
    public required string File { get; set; }

    /// <summary>The line, counted from 1.</summary>
    public long Line { get; set; }

    /// <summary>The column at fault, counted from 1, or null where it is the row as a whole.</summary>
    public int? Column { get; set; }

    /// <summary>What is wrong.</summary>
    public required string Problem { get; set; }
}

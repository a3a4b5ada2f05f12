namespace Cities.Importer.Sources;

/// <summary>
/// A source of GeoNames files. The name of a file is its path on the download server, such as <c>dump/GB.zip</c>.
/// </summary>
internal interface IGeoNamesSource
{
    /// <summary>The folder or base address, for logs and the record of the run.</summary>
    string Description { get; }

    /// <summary>Whether the source is the bundled sample.</summary>
    bool IsSample { get; }

    /// <summary>Downloads a file if necessary, and opens it.</summary>
    /// <exception cref="ImportException">
    /// The source does not have the file (<see cref="SourceFileMissingException"/>), or the file is unavailable
    /// (<see cref="SourceUnreachableException"/>).
    /// </exception>
    Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The source does not have the file.</summary>
internal sealed class SourceFileMissingException(string message) : ImportException(ExitCode.SourceUnavailable, message);

/// <summary>The server cannot be reached and the file is not cached.</summary>
internal sealed class SourceUnreachableException(string message, Exception? innerException = null)
    : ImportException(ExitCode.SourceUnavailable, message, innerException);

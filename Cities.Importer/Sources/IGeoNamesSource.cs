namespace Cities.Importer.Sources;

/// <summary>Where GeoNames' files come from. Names are paths on its download server, such as <c>dump/GB.zip</c>.</summary>
internal interface IGeoNamesSource
{
    /// <summary>The folder or base address, for logs and the import's record.</summary>
    string Description { get; }

    /// <summary>Whether this is the sample that the importer carries with it.</summary>
    bool IsSample { get; }

    /// <summary>Brings a file onto this machine and opens it.</summary>
    /// <exception cref="ImportException">
    /// There is no such file (<see cref="SourceFileMissingException"/>), or it cannot be had
    /// (<see cref="SourceUnreachableException"/>).
    /// </exception>
    Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The source has no such file.</summary>
internal sealed class SourceFileMissingException(string message) : ImportException(ExitCode.SourceUnavailable, message);

/// <summary>The server cannot be reached and nothing is cached.</summary>
internal sealed class SourceUnreachableException(string message, Exception? innerException = null)
    : ImportException(ExitCode.SourceUnavailable, message, innerException);

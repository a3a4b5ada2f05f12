namespace Cities.Importer;

/// <summary>A failure that the user can understand and correct. The importer shows only its message.</summary>
internal class ImportException(ExitCode exitCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public ExitCode ExitCode { get; } = exitCode;
}

namespace Cities.Importer;

/// <summary>A failure that the user can understand and act on: its message is all that is shown of it.</summary>
internal class ImportException(ExitCode exitCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public ExitCode ExitCode { get; } = exitCode;
}

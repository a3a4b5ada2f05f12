namespace Cities.Importer.Progress;

/// <summary>
/// Shows the progress of an import to the user. Phases can overlap. Each phase is used by one thread at a time.
/// </summary>
internal interface IImportProgress
{
    /// <summary>Begins a phase. Disposing it ends the phase.</summary>
    /// <param name="name">Name of the phase, such as <c>dump/GB.zip</c>.</param>
    /// <param name="total">Number of bytes to process, or null if it is not known.</param>
    IImportPhase Begin(string name, long? total = null);
}

/// <summary>A phase of the import.</summary>
internal interface IImportPhase : IDisposable
{
    /// <summary>Reports the progress of the phase.</summary>
    /// <param name="done">Number of bytes processed.</param>
    /// <param name="rows">Number of rows processed.</param>
    void Report(long done, long rows);
}

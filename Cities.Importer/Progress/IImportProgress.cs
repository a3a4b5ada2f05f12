namespace Cities.Importer.Progress;

/// <summary>
/// Shows the progress of an import to the user. Phases can overlap. Each phase is used by one thread at a time.
/// </summary>
internal interface IImportProgress
{
    /// <summary>Begins a phase. Disposing it ends the phase.</summary>
    /// <param name="name">Name of the phase, such as <c>dump/GB.zip</c>.</param>
    /// <param name="total">Number of steps, such as bytes or statements, or null if it is not known.</param>
    IImportPhase Begin(string name, long? total = null);

    /// <summary>Ends the display of the phases, so that the result of the run follows it.</summary>
    Task EndAsync();
}

/// <summary>
/// A phase of the import. A phase that ends without <see cref="Complete"/> has failed or was cancelled.
/// </summary>
internal interface IImportPhase : IDisposable
{
    /// <summary>Reports the progress of the phase.</summary>
    /// <param name="done">Number of steps done.</param>
    /// <param name="rows">Number of rows processed, or null if the phase does not count rows.</param>
    void Report(long done, long? rows = null);

    /// <summary>Reports that the phase has done all of its work.</summary>
    void Complete();
}

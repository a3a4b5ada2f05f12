namespace Cities.Importer.Progress;

/// <summary>Tells a person how far the import is. Phases may overlap; each is used by one thread at a time.</summary>
internal interface IImportProgress
{
    /// <summary>Begins a phase, which ends when it is disposed.</summary>
    /// <param name="name">What is being done, such as <c>dump/GB.zip</c>.</param>
    /// <param name="total">How much there is to do, in bytes, or null where that is not known.</param>
    IImportPhase Begin(string name, long? total = null);
}

/// <summary>A part of the import.</summary>
internal interface IImportPhase : IDisposable
{
    /// <summary>How far the phase is.</summary>
    /// <param name="done">Bytes done.</param>
    /// <param name="rows">Rows done.</param>
    void Report(long done, long rows);
}

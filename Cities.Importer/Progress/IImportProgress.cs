namespace Cities.Importer.Progress;

/// <summary>Tells a person how far the import is.</summary>
internal interface IImportProgress
{
    /// <summary>A phase begins; the one before it has ended.</summary>
    /// <param name="name">What is being done, such as <c>dump/GB.zip</c>.</param>
    /// <param name="total">How much there is to do, in bytes, or null where that is not known.</param>
    void Begin(string name, long? total = null);

    /// <summary>How far the phase is.</summary>
    /// <param name="done">Bytes done.</param>
    /// <param name="rows">Rows done.</param>
    void Report(long done, long rows);
}

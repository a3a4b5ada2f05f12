namespace Cities.Importer.Sources;

/// <summary>A folder laid out as GeoNames' server; an unpacked <c>.txt</c> may stand in place of a <c>.zip</c>.</summary>
internal sealed class FolderSource : IGeoNamesSource
{
    private readonly string _folder;

    public FolderSource(string folder)
    {
        _folder = folder;
        Description = folder;
    }

    /// <summary>The places that the importer carries with it: see Sample/README.md.</summary>
    public static FolderSource Sample { get; } =
        new(Path.Combine(AppContext.BaseDirectory, "Sample")) { Description = "the bundled sample", IsSample = true };

    public string Description { get; private init; }

    public bool IsSample { get; private init; }

    public Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
            path = Path.ChangeExtension(path, ".txt");
        return File.Exists(path)
            ? SourceFile.OpenAsync(name, path, publishedAt: null, cancellationToken)
            : throw new SourceFileMissingException($"{Description} holds no {name}.");
    }
}

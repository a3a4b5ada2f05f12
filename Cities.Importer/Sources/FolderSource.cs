namespace Cities.Importer.Sources;

/// <summary>
/// A folder with the layout of the GeoNames server. An extracted <c>.txt</c> can replace a <c>.zip</c>.
/// </summary>
internal sealed class FolderSource : IGeoNamesSource
{
    private readonly string _folder;

    public FolderSource(string folder)
    {
        _folder = folder;
        Description = folder;
    }

    /// <summary>The sample that is bundled with the importer: see Sample/README.md.</summary>
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
            : throw new SourceFileMissingException($"{Description} does not contain {name}.");
    }
}

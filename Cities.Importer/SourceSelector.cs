using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>Creates the source of the files from the options.</summary>
internal static class SourceSelector
{
    /// <exception cref="ImportException">
    /// The source is neither a folder nor an address with a supported scheme.
    /// </exception>
    public static IGeoNamesSource Select(ImportOptions options, ILoggerFactory loggers)
    {
        if (!Uri.TryCreate(options.Source, UriKind.Absolute, out var address) || !options.Source.Contains("://"))
            return Folder(options.Source);
        return address.Scheme switch
        {
            "http" or "https" => new HttpSource(address, options.CacheFolder, loggers.CreateLogger<HttpSource>()),
            "file" => Folder(address.LocalPath),
            var scheme => throw new ImportException(
                ExitCode.Usage, $"Import:Source has the scheme '{scheme}', not http, https or file."),
        };
    }

    private static FolderSource Folder(string path) =>
        Directory.Exists(path)
            ? new FolderSource(Path.GetFullPath(path))
            : throw new ImportException(ExitCode.SourceUnavailable, $"The folder {path} does not exist.");
}

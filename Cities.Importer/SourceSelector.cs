using Cities.Importer.Sources;

namespace Cities.Importer;

/// <summary>Creates the source of the files from the options.</summary>
internal static class SourceSelector
{
    /// <summary>Whether a source is an address, and not a folder.</summary>
    public static bool IsAddress(string source) => source.Contains("://", StringComparison.Ordinal);

    /// <param name="options">The options, which have been validated.</param>
    /// <param name="loggers">Creates the logger of the source.</param>
    /// <exception cref="ImportException">The folder does not exist.</exception>
    public static IGeoNamesSource Select(ImportOptions options, ILoggerFactory loggers)
    {
        if (!IsAddress(options.Source))
            return Folder(options.Source);
        var address = new Uri(options.Source);
        return address.IsFile
            ? Folder(address.LocalPath)
            : new HttpSource(
                address, options.CacheFolder, options.MaximumDownloadSize, loggers.CreateLogger<HttpSource>());
    }

    private static FolderSource Folder(string path) =>
        Directory.Exists(path)
            ? new FolderSource(Path.GetFullPath(path))
            : throw new ImportException(ExitCode.SourceUnavailable, $"The folder {path} does not exist.");
}

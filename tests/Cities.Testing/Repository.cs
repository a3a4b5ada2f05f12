namespace Cities.Testing;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>GeoNames' real files, which may lie beside the repository; null where they do not.</summary>
    public static string? GeoNames { get; } =
        Path.GetFullPath(Path.Combine(Root, "../shared/geonames")) is var folder && Directory.Exists(folder) ? folder : null;

    /// <summary>A program as it was built, with all that it needs beside it.</summary>
    /// <param name="project">The folder of its project, which has its name: <c>Cities.Importer</c>.</param>
    public static string AssemblyOf(string project) => Path.Combine(
        Root, project, Path.GetRelativePath(FindProject(), AppContext.BaseDirectory), $"{Path.GetFileName(project)}.dll");

    private static string FindRoot() => FindAbove("Cities.sln");

    private static string FindProject() => FindAbove("*.csproj");

    private static string FindAbove(string pattern)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!folder.EnumerateFiles(pattern).Any())
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No {pattern} above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}

using System.IO.Compression;

namespace Cities.Benchmarks;

/// <summary>
/// GeoNames' files, unpacked: those in the folder that an environment variable names, or in ../shared/geonames
/// beside the repository, or the importer's bundled sample.
/// </summary>
internal static class GeoNamesText
{
    public const string Places = "places";
    public const string PostalCodes = "postal codes";

    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "GEONAMES";

    private static readonly string[] Extensions = [".zip", ".txt"];

    /// <summary>The folder of the files.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>The files that are there; the sample has no postal codes.</summary>
    public static IEnumerable<string> Files => new[] { Places, PostalCodes }.Where(file => FindPath(NameOf(file)) is not null);

    /// <summary>The content of one of <see cref="Files"/>.</summary>
    public static byte[] ReadFile(string file) => Read(NameOf(file));

    /// <summary>The length of one of <see cref="Files"/> in bytes.</summary>
    public static long LengthOf(string file)
    {
        var path = PathOf(NameOf(file));
        if (!IsZip(path))
            return new FileInfo(path).Length;
        using var archive = ZipFile.OpenRead(path);
        return archive.Entries.Single().Length;
    }

    /// <summary>The content of a file.</summary>
    /// <param name="name">Its path on GeoNames' server, without what follows the dot.</param>
    public static byte[] Read(string name)
    {
        var path = PathOf(name);
        if (!IsZip(path))
            return File.ReadAllBytes(path);
        using var archive = ZipFile.OpenRead(path);
        using var text = archive.Entries.Single().Open();
        using var content = new MemoryStream();
        text.CopyTo(content);
        return content.ToArray();
    }

    private static string NameOf(string file) => file switch
    {
        PostalCodes => "zip/allCountries",
        _ => "dump/cities1000",
    };

    private static bool IsZip(string path) => Path.GetExtension(path) == ".zip";

    private static string PathOf(string name) =>
        FindPath(name) ?? throw new FileNotFoundException($"{Folder} holds neither {name}.zip nor {name}.txt.");

    private static string? FindPath(string name) =>
        Extensions.Select(extension => Path.Combine(Folder, name + extension)).FirstOrDefault(File.Exists);

    private static string FindFolder()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
            return Path.GetFullPath(chosen);
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(repository.FullName, "Cities.sln")))
            repository = repository.Parent ?? throw new DirectoryNotFoundException($"No Cities.sln above {AppContext.BaseDirectory}.");
        var shared = Path.GetFullPath(Path.Combine(repository.FullName, "../shared/geonames"));
        return Directory.Exists(shared) ? shared : Path.Combine(repository.FullName, "Cities.Importer/Sample");
    }
}

using System.IO.Compression;
using System.Text;
using Cities.Importer.Sources;

namespace Cities.Importer.Tests;

/// <summary>A folder of GeoNames files, small enough to be written in a test: Ireland and Great Britain at first.</summary>
internal sealed class GeoNamesFolder : IDisposable
{
    public GeoNamesFolder()
    {
        Write("dump/countryInfo.txt",
            "#ISO\tISO3\tISO-Numeric\tfips\tCountry",
            Country("GB", "GBR", 826, "United Kingdom", "London", "EU", 2635167, "IE"),
            Country("IE", "IRL", 372, "Ireland", "Dublin", "EU", 2963597, "GB"));
        Write("dump/admin1CodesASCII.txt", "GB.ENG\tEngland\tEngland\t6269131", "IE.L\tLeinster\tLeinster\t7521314");
        Write("dump/admin2Codes.txt", "GB.ENG.GLA\tGreater London\tGreater London\t2648110", "IE.L.33\tDublin City\tDublin City\t7778677");
        Write("dump/GB.zip", London, Croydon, NewMalden);
        Write("dump/IE.zip", Dublin);
    }

    public static string London { get; } = Place(2643743, "London", 51.50853, -0.12574, "PPLC", "GB", "ENG", "GLA", 8961989);

    public static string Croydon { get; } = Place(2651817, "Croydon", 51.38333, -0.1, "PPL", "GB", "ENG", "GLA", 173314);

    public static string NewMalden { get; } = Place(2641598, "New Malden", 51.4, -0.25, "PPLX", "GB", "ENG", "GLA", 23000);

    public static string Dublin { get; } = Place(2964574, "Dublin", 53.33306, -6.24889, "PPLC", "IE", "L", "33", 1024027);

    public string Path { get; } = Directory.CreateTempSubdirectory("cities-geonames-").FullName;

    public FolderSource Source => new(Path);

    /// <summary>A row of GeoNames' main table.</summary>
    public static string Place(
        int id, string name, double latitude, double longitude, string featureCode, string country, string admin1 = "",
        string admin2 = "", long population = 0) =>
        FormattableString.Invariant(
            $"{id}\t{name}\t{name}\t\t{latitude}\t{longitude}\tP\t{featureCode}\t{country}\t\t{admin1}\t{admin2}\t\t\t{population}\t\t7\tEurope/London\t2024-01-31");

    /// <summary>A row of alternateNamesV2, without a period.</summary>
    public static string Name(int id, int place, string language, string name, string flags = "\t\t\t") =>
        FormattableString.Invariant($"{id}\t{place}\t{language}\t{name}\t{flags}");

    /// <summary>A row of postal codes in Greater London.</summary>
    public static string PostalCode(string code, string placeName, double latitude = 51.5, double longitude = -0.1) =>
        FormattableString.Invariant(
            $"GB\t{code}\t{placeName}\tEngland\tENG\tGreater London\tGLA\tCamden\tE09000007\t{latitude}\t{longitude}\t4");

    /// <summary>Writes a text file, or an archive with a text file of the same name.</summary>
    public void Write(string name, params string[] lines) => WriteBytes(name, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    /// <inheritdoc cref="Write"/>
    public void WriteBytes(string name, byte[] text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (!name.EndsWith(".zip", StringComparison.Ordinal))
        {
            File.WriteAllBytes(path, text);
            return;
        }

        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var entry = archive.CreateEntry(System.IO.Path.GetFileNameWithoutExtension(name) + ".txt");
        // The same text gives the same archive, whenever it is written.
        entry.LastWriteTime = new DateTimeOffset(2024, 1, 31, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Country(
        string code, string code3, int number, string name, string capital, string continent, int id, string neighbours) =>
        $"{code}\t{code3}\t{number}\t{code}\t{name}\t{capital}\t1000.5\t60000\t{continent}\t.{code}\tEUR\tEuro\t353\t\t\ten-{code},ga\t{id}\t{neighbours}\t";
}

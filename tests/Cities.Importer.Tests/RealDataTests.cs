using System.IO.Compression;
using Cities.Importer.Sources;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>GeoNames' real files, where they lie beside the repository, counted independently of the importer.</summary>
public sealed class RealDataTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task The_whole_world_is_imported_to_the_last_row()
    {
        var folder = Repository.GeoNames;
        Assert.SkipWhen(folder is null, "../shared/geonames is not beside the repository.");

        await Database.ImportAsync(
            new FolderSource(folder), new ImportOptions { Countries = "all", Places = "cities1000" }, Cancellation);

        var places = Rows(Path.Combine(folder, "dump/cities1000.zip")).ToList();
        Assert.Equal(places.Count(row => row[7] != "PPLX"), await CountAsync("cities"));
        Assert.Equal(places.Count(row => row[7] == "PPLX"), await CountAsync("districts"));
        Assert.Equal(Rows(Path.Combine(folder, "dump/countryInfo.txt")).Count(), await CountAsync("countries"));
        Assert.Equal(Rows(Path.Combine(folder, "dump/admin1CodesASCII.txt")).Count(), await CountAsync("regions"));
        Assert.Equal(Rows(Path.Combine(folder, "dump/admin2Codes.txt")).Count(), await CountAsync("subregions"));

        var divisions = Rows(Path.Combine(folder, "dump/admin1CodesASCII.txt")).Select(row => row[0])
            .Concat(Rows(Path.Combine(folder, "dump/admin2Codes.txt")).Select(row => row[0])).ToHashSet();
        var cities = places.Where(row => row[7] != "PPLX").ToList();
        Assert.Equal(
            cities.Count(row => divisions.Contains($"{row[8]}.{row[10]}")), await CountAsync("cities WHERE region_id IS NOT NULL"));
        Assert.Equal(
            cities.Count(row => row[11] != "" && divisions.Contains($"{row[8]}.{row[10]}.{row[11]}")),
            await CountAsync("cities WHERE subregion_id IS NOT NULL"));
        Assert.Equal(
            cities.Sum(row => long.Parse(row[14], System.Globalization.CultureInfo.InvariantCulture)),
            (long)await Database.ScalarAsync<decimal>("SELECT sum(population) FROM cities"));
    }

    private Task<long> CountAsync(string table) => Database.ScalarAsync<long>($"SELECT count(*) FROM {table}");

    private static IEnumerable<string[]> Rows(string path)
    {
        if (Path.GetExtension(path) == ".zip")
        {
            using var archive = ZipFile.OpenRead(path);
            using var reader = new StreamReader(archive.Entries.Single().Open());
            return [.. ReadLines(reader)];
        }

        using var text = File.OpenText(path);
        return [.. ReadLines(text)];
    }

    private static IEnumerable<string[]> ReadLines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return line.Split('\t');
        }
    }
}

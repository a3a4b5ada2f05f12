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

        // Exact repetitions of a row count once; what repeats with another location counts once too.
        var codes = Rows(Path.Combine(folder, "zip/allCountries.zip")).Where(row => row[1] != "" && row[2] != "").ToList();
        Assert.Equal(codes.Select(row => string.Join('\t', row[..9])).Distinct().LongCount(), await CountAsync("postal_codes"));
        Assert.Equal(
            codes.Where(row => divisions.Contains($"{row[0]}.{row[4]}")).Select(row => string.Join('\t', row[..9])).Distinct().LongCount(),
            await CountAsync("postal_codes WHERE region_id IS NOT NULL"));
        Assert.Equal(
            Rows(Path.Combine(folder, "zip/allCountries.zip")).Count(row => row[1] == "" || row[2] == ""),
            await Database.ScalarAsync<int>("SELECT (files -> -1 ->> 'Rejected')::int FROM import_runs"));

        var ids = Enumerable.Range(6255146, 7) // the continents
            .Concat(places.Select(row => Id(row[0])))
            .Concat(Rows(Path.Combine(folder, "dump/countryInfo.txt")).Select(row => Id(row[16])))
            .Concat(Rows(Path.Combine(folder, "dump/admin1CodesASCII.txt")).Select(row => Id(row[3])))
            .Concat(Rows(Path.Combine(folder, "dump/admin2Codes.txt")).Select(row => Id(row[3])))
            .ToHashSet();
        var names = Rows(Path.Combine(folder, "dump/alternateNamesV2.zip"))
            .Where(row => ids.Contains(Id(row[1])) && row[2] is "en" or "" or "link" or "wkdt" or "post" or "iata").ToList();
        Assert.Equal(names.Count, await CountAsync("alternative_names"));

        var districts = places.Where(row => row[7] == "PPLX").Select(row => row[0]).ToHashSet();
        var cityIds = cities.Select(row => row[0]).ToHashSet();
        Assert.Equal(
            Rows(Path.Combine(folder, "dump/hierarchy.zip"))
                .Where(row => districts.Contains(row[1]) && cityIds.Contains(row[0])).Select(row => row[1]).Distinct().Count(),
            await CountAsync("districts WHERE city_link = 'Hierarchy'"));
    }

    private static int Id(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

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

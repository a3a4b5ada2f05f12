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
        // Serbia and Montenegro, and the Netherlands Antilles, no longer exist.
        Assert.Equal(Rows(Path.Combine(folder, "dump/countryInfo.txt")).Count(row => row[0] is not ("CS" or "AN")), await CountAsync("countries"));
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

        // A row that repeats another is left out, unless the locations differ.
        var codes = Rows(Path.Combine(folder, "zip/allCountries.zip")).Where(row => row[1] != "" && IsName(row[2])).ToList();
        Assert.Equal(codes.Select(KeyAndLocation).Distinct().LongCount(), await CountAsync("postal_codes"));
        Assert.Equal(
            codes.Where(row => divisions.Contains($"{row[0]}.{row[4]}")).Select(KeyAndLocation).Distinct().LongCount(),
            await CountAsync("postal_codes WHERE region_id IS NOT NULL"));
        Assert.Equal(
            Rows(Path.Combine(folder, "zip/allCountries.zip")).Count(row => row[1] == "" || !IsName(row[2])),
            await Database.ScalarAsync<int>(
                """
                SELECT (file ->> 'Rejected')::int FROM import_runs, jsonb_array_elements(files) file
                WHERE file ->> 'Name' LIKE '%allCountries%'
                """));

        var ids = Enumerable.Range(6255146, 7) // the continents
            .Concat(places.Select(row => Id(row[0])))
            .Concat(Rows(Path.Combine(folder, "dump/countryInfo.txt")).Select(row => Id(row[16])))
            .Concat(Rows(Path.Combine(folder, "dump/admin1CodesASCII.txt")).Select(row => Id(row[3])))
            .Concat(Rows(Path.Combine(folder, "dump/admin2Codes.txt")).Select(row => Id(row[3])))
            .ToHashSet();
        var names = Rows(Path.Combine(folder, "dump/alternateNamesV2.zip"))
            .Where(row => ids.Contains(Id(row[1])) && IsName(row[3]))
            .Where(row => row[2] is "en" or "" or "link" or "wkdt" or "post" or "iata" or "abbr").ToList();
        Assert.Equal(names.Count, await CountAsync("alternative_names"));

        var districts = places.Where(row => row[7] == "PPLX").Select(row => row[0]).ToHashSet();
        var cityIds = cities.Select(row => row[0]).ToHashSet();
        var parents = Rows(Path.Combine(folder, "dump/hierarchy.zip")).ToLookup(row => row[1], row => row[0]);
        Assert.Equal(
            districts.Count(district => IsInCity(district, depth: 0)), await CountAsync("districts WHERE city_link = 'Hierarchy'"));

        bool IsInCity(string district, int depth) => depth < 10 && parents[district].Any(
            parent => cityIds.Contains(parent) || (districts.Contains(parent) && IsInCity(parent, depth + 1)));
    }

    private static bool IsName(string text) => text.Trim() != "" && !text.Any(char.IsControl);

    private static (string, double?, double?) KeyAndLocation(string[] row) =>
        (string.Join('\t', row[..9]), Degrees(row[9]), Degrees(row[10]));

    private static double? Degrees(string text) =>
        text == "" ? null : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

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

using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The sample that is bundled with the importer, its files counted independently of the importer.</summary>
public sealed partial class SampleTests(PostgisServer server) : ImportTest(server)
{
    private const int MaximumSize = 2 << 20;

    private static readonly string Sample = Path.Combine(Repository.Root, "Cities.Importer/Sample");

    [Fact]
    public async Task Without_a_network_the_whole_sample_is_imported_whatever_the_options_say()
    {
        var start = ImporterCommand.Start(
            Database.ConnectionString, "--source", "http://127.0.0.1:9/", "--countries", "FR", "--import", "country,city",
            "--languages", "en", "--feature-codes", "PPLC", "--minimum-population", "1000000");
        start.Environment["Import__CacheFolder"] = Path.Combine(Folder.Path, "cache");
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("the places of the world with 15,000 people or more", output + errors, StringComparison.Ordinal);
        Assert.DoesNotContain("does not contain", output + errors, StringComparison.Ordinal);

        var places = Rows("cities1000.zip");
        Assert.Equal(7, await CountAsync("continents"));
        // Serbia and Montenegro, and the Netherlands Antilles, no longer exist.
        var former = Rows("countryInfo.txt").Where(row => row[0] is "CS" or "AN").Select(row => row[16]).ToHashSet();
        Assert.Equal(Rows("countryInfo.txt").Count - former.Count, await CountAsync("countries"));
        Assert.Equal(Rows("admin1CodesASCII.txt").Count, await CountAsync("regions"));
        Assert.Equal(Rows("admin2Codes.txt").Count, await CountAsync("subregions"));
        Assert.Equal(places.Count(row => row[7] != "PPLX"), await CountAsync("cities"));
        Assert.Equal(places.Count(row => row[7] == "PPLX"), await CountAsync("districts"));
        Assert.Equal(Rows("alternateNamesV2.zip").Count(row => !former.Contains(row[1])), await CountAsync("alternative_names"));
        Assert.Equal(Rows("timeZones.txt").Count, await CountAsync("time_zones"));
        Assert.Equal(0, await Database.ScalarAsync<long>(
            "SELECT sum((file ->> 'Rejected')::bigint)::bigint FROM import_runs, jsonb_array_elements(files) AS file"));
        Assert.True(await Database.ScalarAsync<bool>("SELECT is_sample AND countries = '{}' FROM import_runs WHERE outcome = 'Succeeded'"));

        Assert.Equal(0, await CountAsync("cities LEFT JOIN time_zones zone ON zone.id = timezone WHERE zone.id IS NULL"));
        var divisions = Rows("admin1CodesASCII.txt").Select(row => row[0]).ToHashSet();
        var cities = places.Where(row => row[7] != "PPLX").ToList();
        Assert.Equal(
            cities.Count(row => divisions.Contains($"{row[8]}.{row[10]}")), await CountAsync("cities WHERE region_id IS NOT NULL"));
        Assert.Equal(
            cities.Count(row => row[11] != ""), await CountAsync("cities WHERE subregion_id IS NOT NULL"));
    }

    [Fact]
    public async Task Places_of_every_continent_have_their_time_zone_and_names_in_many_languages()
    {
        await Database.ImportWorldSampleAsync(Cancellation);

        await AssertAsync(2643743, "London", "EU", "Europe/London", "England", ("fr", "Londres", "Angleterre", "Royaume-Uni"));
        await AssertAsync(1850147, "Tokyo", "AS", "Asia/Tokyo", "Tokyo", ("ja", "東京", "東京都", "日本"));
        await AssertAsync(360630, "Cairo", "AF", "Africa/Cairo", "Cairo", ("ar", "القاهرة", "محافظة القاهرة", "مصر"));
        await AssertAsync(3530597, "Mexico City", "NA", "America/Mexico_City", "Mexico City", ("es", "Ciudad de México", "Mexico D.F.", "México"));
        await AssertAsync(3448439, "São Paulo", "SA", "America/Sao_Paulo", "São Paulo", ("ru", "Сан-Паулу", null, "Бразилия"));
        await AssertAsync(2147714, "Sydney", "OC", "Australia/Sydney", "New South Wales", ("ru", "Сидней", "Штат Новый Южный Уэльс", "Австралия"));

        Assert.Equal(
            "Afrika", await Database.ScalarAsync<string>("SELECT name FROM alternative_names WHERE geoname_id = 6255146 AND language = 'de'"));
        Assert.Equal(34, await Database.ScalarAsync<long>("SELECT count(DISTINCT language) FROM alternative_names"));

        async Task AssertAsync(
            int id, string name, string continent, string zone, string region, (string Language, string City, string? Region, string Country) names)
        {
            string Name(string place) =>
                $"(SELECT name FROM alternative_names WHERE geoname_id = {place}.id AND language = '{names.Language}')";
            Assert.Equal(
                string.Join(" | ", name, continent, zone, region, names.City, names.Region, names.Country),
                await Database.ScalarAsync<string>(
                    $"""
                     SELECT concat_ws(
                       ' | ', city.name, continent.code, city.timezone, region.name, {Name("city")}, coalesce({Name("region")}, ''), {Name("country")})
                     FROM cities city
                     JOIN regions region ON region.id = city.region_id
                     JOIN countries country ON country.id = city.country_id
                     JOIN continents continent ON continent.id = country.continent_id
                     WHERE city.id = {id}
                     """));
        }
    }

    [Fact]
    public void It_is_small_and_has_the_rows_that_its_readme_says()
    {
        Assert.InRange(new DirectoryInfo(Sample).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, MaximumSize);

        var counts = FileRow().Matches(File.ReadAllText(Path.Combine(Sample, "README.md")))
            .ToDictionary(match => match.Groups["file"].Value, match => int.Parse(match.Groups["rows"].Value, NumberStyles.Number, CultureInfo.InvariantCulture));
        Assert.Equal(
            Directory.EnumerateFiles(Path.Combine(Sample, "dump")).Select(path => Path.GetFileName(path)!).Order(), counts.Keys.Order());
        Assert.All(counts, count => Assert.Equal((count.Key, count.Value), (count.Key, Rows(count.Key).Count)));

        var places = Rows("cities1000.zip");
        Assert.Equal(2766, places.Count(row => row[8] == "GB" && row[10] == "ENG"));
        Assert.All(places, row => Assert.True(
            int.Parse(row[14], CultureInfo.InvariantCulture) >= (row[8] == "GB" && row[10] == "ENG" ? 1000 : 15_000), row[1]));
    }

    [GeneratedRegex(@"^\| dump/(?<file>\S+) \| (?<rows>[\d,]+) \|", RegexOptions.Multiline)]
    private static partial Regex FileRow();

    /// <summary>The rows of a file, without comments and the header of timeZones.txt.</summary>
    private static List<string[]> Rows(string file)
    {
        var path = Path.Combine(Sample, "dump", file);
        string text;
        if (Path.GetExtension(file) == ".zip")
        {
            using var archive = ZipFile.OpenRead(path);
            using var reader = new StreamReader(archive.GetEntry(Path.ChangeExtension(file, ".txt"))!.Open());
            text = reader.ReadToEnd();
        }
        else
        {
            text = File.ReadAllText(path);
        }

        return [.. text.Split('\n').Where(line => line is [not '#', ..] && !line.StartsWith("CountryCode\t", StringComparison.Ordinal)).Select(line => line.Split('\t'))];
    }
}

using System.IO.Compression;
using Cities.Data.Entities;
using Cities.Importer.Sources;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;
using Npgsql;

namespace Cities.Importer.Tests;

public sealed class ImportTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task Every_column_arrives()
    {
        Assert.Equal(
            "continents +7 ~0 -0, countries +2 ~0 -0, regions +2 ~0 -0, subregions +2 ~0 -0, cities +3 ~0 -0, districts +1 ~0 -0",
            await ImportAsync());

        await using var context = Database.CreateContext();
        var london = await context.Cities
            .Include(city => city.Country!.Continent).Include(city => city.Region).Include(city => city.Subregion)
            .SingleAsync(city => city.Id == 2643743, Cancellation);
        Assert.Equal(("London", "London", "london-2643743", "PPLC"), (london.Name, london.AsciiName, london.Slug, london.FeatureCode));
        Assert.Equal(new Coordinate(-0.12574, 51.50853), london.Location.Coordinate);
        Assert.Equal(4326, london.Location.SRID);
        Assert.Equal((8961989, null, "Europe/London"), (london.Population, london.Elevation, london.Timezone));
        Assert.Equal(new DateOnly(2024, 1, 31), london.ModifiedOn);
        Assert.Equal(("Greater London", "GLA", "greater-london-2648110"), (london.Subregion!.Name, london.Subregion.Code, london.Subregion.Slug));
        Assert.Equal(("England", "ENG", 2635167), (london.Region!.Name, london.Region.Code, london.Region.CountryId));

        var country = london.Country!;
        Assert.Equal(("GB", "GBR", 826, "United Kingdom", "united-kingdom-2635167"),
            (country.Code, country.Code3, country.NumericCode, country.Name, country.Slug));
        Assert.Equal(("London", 1000.5, 60000), (country.Capital, country.Area, country.Population));
        Assert.Equal((".GB", "EUR", "Euro", "353", null),
            (country.Tld, country.CurrencyCode, country.CurrencyName, country.Phone, country.PostalCodeFormat));
        Assert.Equal(["en-GB", "ga"], country.Languages);
        Assert.Equal(["IE"], country.Neighbours);
        Assert.Equal(("EU", "Europe"), (country.Continent!.Code, country.Continent.Name));
    }

    [Fact]
    public async Task A_district_belongs_to_the_city_that_attracts_it_most()
    {
        // Croydon is nearer to New Malden, London larger; the lone district's admin2 has no city, its admin1 has two.
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Place(9000001, "Lone", 51.39, -0.11, "PPLX", "GB", "ENG"),
            GeoNamesFolder.Place(9000002, "Nowhere", 41.39, -0.11, "PPLX", "GB"));
        await ImportAsync();

        await using var context = Database.CreateContext();
        var districts = await context.Districts.OrderBy(district => district.Id).ToListAsync(Cancellation);
        Assert.Equal(
            [(2643743, DistrictCityLink.NearestInSubregion), (2651817, DistrictCityLink.NearestInRegion), (null, null)],
            districts.Select(district => (district.CityId, district.CityLink)));
    }

    [Fact]
    public async Task The_same_files_again_are_not_read_and_even_when_forced_change_no_row()
    {
        await ImportAsync();
        var versions = await VersionsAsync();

        Assert.Equal("nothing to do", await ImportAsync());
        var forced = Options();
        forced.Force = true;
        Assert.Equal("", await ImportAsync(forced));
        Assert.Equal(versions, await VersionsAsync());
    }

    [Fact]
    public async Task Only_rows_that_differ_are_touched()
    {
        await ImportAsync();
        var croydon = await Database.ScalarAsync<uint>("SELECT xmin FROM cities WHERE id = 2651817");

        Folder.Write("dump/GB.zip",
            GeoNamesFolder.London.Replace("8961989", "9000000", StringComparison.Ordinal),
            GeoNamesFolder.Croydon,
            GeoNamesFolder.Place(2643123, "Manchester", 53.48095, -2.23743, "PPLA2", "GB", "ENG", "", 395515));

        Assert.Equal("cities +1 ~1 -0, districts +0 ~0 -1", await ImportAsync());
        Assert.Equal(9000000, await Database.ScalarAsync<long>("SELECT population FROM cities WHERE id = 2643743"));
        Assert.Equal(croydon, await Database.ScalarAsync<uint>("SELECT xmin FROM cities WHERE id = 2651817"));
    }

    [Fact]
    public async Task Places_of_other_countries_are_left_alone()
    {
        await ImportAsync(Options("GB"));
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE name = 'Dublin'"));

        Assert.Equal("regions +1 ~0 -0, subregions +1 ~0 -0, cities +1 ~0 -0", await ImportAsync(Options("IE")));
        Assert.Equal(3, await Database.ScalarAsync<long>("SELECT count(*) FROM cities"));
    }

    [Fact]
    public async Task A_region_that_gets_another_id_keeps_its_cities()
    {
        await ImportAsync();

        Folder.Write("dump/admin1CodesASCII.txt", "GB.ENG\tEngland\tEngland\t1234", "IE.L\tLeinster\tLeinster\t7521314");
        await ImportAsync();

        Assert.Equal(1234, await Database.ScalarAsync<int>("SELECT region_id FROM cities WHERE id = 2643743"));
        Assert.Equal(1234, await Database.ScalarAsync<int>("SELECT region_id FROM subregions WHERE code = 'GLA'"));
        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT count(*) FROM regions"));
    }

    [Fact]
    public async Task A_city_can_become_a_district()
    {
        await ImportAsync();

        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Croydon.Replace("\tPPL\t", "\tPPLX\t", StringComparison.Ordinal));

        Assert.Equal("cities +0 ~0 -1, districts +1 ~0 -0", await ImportAsync());
    }

    [Fact]
    public async Task Smaller_places_and_other_features_are_left_out()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon,
            GeoNamesFolder.Croydon.Replace("2651817", "99", StringComparison.Ordinal).Replace("\tP\tPPL\t", "\tT\tMT\t", StringComparison.Ordinal));
        var options = Options("GB");
        options.MinimumPopulation = 1_000_000;
        await ImportAsync(options);

        Assert.Equal(1, await Database.ScalarAsync<long>("SELECT count(*) FROM cities"));
    }

    [Fact]
    public async Task One_file_of_the_whole_world_can_stand_in_for_the_countries_own()
    {
        Folder.Write("dump/cities1000.zip", GeoNamesFolder.London, GeoNamesFolder.Dublin);
        await ImportAsync(new ImportOptions { Countries = "all", Places = "cities1000" });

        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT count(*) FROM cities"));
    }

    [Theory]
    [InlineData("2651817\tCroydon", "line 2: has 2 columns where 19 are expected")]
    [InlineData("51.38333=91", "line 2, column 5: latitude '91' is not between -90 and 90")]
    [InlineData("-0.1=-180.1", "line 2, column 6: longitude '-180.1' is not between -180 and 180")]
    [InlineData("GB=ZZ", null)]
    [InlineData("2651817=2643743", "line 2, column 1: geonameid '2643743' occurs twice in the file")]
    [InlineData("173314=many", "line 2, column 15: population 'many' is not a whole number of at least 0")]
    [InlineData("Croydon=", "line 2, column 2: name is empty")]
    [InlineData("2024-01-31=yesterday", "line 2, column 19: modification date 'yesterday' is not a date of the form yyyy-MM-dd")]
    public async Task A_malformed_row_is_left_out(string change, string? problem)
    {
        var parts = change.Split('=');
        Folder.Write("dump/GB.zip", GeoNamesFolder.London,
            parts.Length == 1 ? change : GeoNamesFolder.Croydon.Replace(parts[0], parts[1], StringComparison.Ordinal));
        await ImportAsync(Options("GB"));

        await using var context = Database.CreateContext();
        Assert.Equal(["London"], await context.Cities.Select(city => city.Name).ToListAsync(Cancellation));
        var run = await context.ImportRuns.SingleAsync(Cancellation);
        var file = run.Files.Single(each => each.Name == "dump/GB.zip");
        Assert.Equal((2, problem is null ? 0 : 1), (file.Rows, file.Rejected));
        Assert.Equal(
            problem, run.Rejects.Select(reject => $"{Rejects.Place(reject.Line, reject.Column)}: {reject.Problem}").SingleOrDefault());
    }

    [Fact]
    public async Task Ten_malformed_rows_are_allowed_in_a_small_file_and_more_only_as_a_share()
    {
        WritePlaces(rows: 51, malformed: 10);
        await ImportAsync(Options("GB"));
        Assert.Equal(41, await CountAsync("cities"));

        WritePlaces(rows: 51, malformed: 11);
        var options = Options("GB");
        options.MaximumRejectedShare = 0.2;
        var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync(options));
        Assert.Equal(ExitCode.BadData, exception.ExitCode);
        Assert.Equal(
            "11 of 51 rows of dump/GB.zip/GB.txt are malformed. At most 10 can be: --maximum-rejected-share is 0.2. The first is "
            + "line 1, column 5: latitude 'north' is not a number. Nothing was changed.",
            exception.Message);
        Assert.Equal(41, await CountAsync("cities"));

        options.MaximumRejectedShare = 0.22;
        await ImportAsync(options);
        Assert.Equal(40, await CountAsync("cities"));

        void WritePlaces(int rows, int malformed) => Folder.Write("dump/GB.zip", [.. Enumerable.Range(1, rows).Select(id =>
            GeoNamesFolder.Place(id, $"Place {id}", 51.5, 0, "PPL", "GB", "ENG", "GLA")
                .Replace(id <= malformed ? "51.5" : "\n", "north", StringComparison.Ordinal))]);
    }

    [Fact]
    public async Task Codes_that_GeoNames_does_not_list_leave_the_reference_empty()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.Croydon.Replace("\tENG\tGLA", "\tXXX\tYYY", StringComparison.Ordinal));
        await ImportAsync(Options("GB"));

        Assert.True(await Database.ScalarAsync<bool>("SELECT region_id IS NULL AND subregion_id IS NULL FROM cities"));
    }

    [Fact]
    public async Task A_damaged_archive_fails_the_import_and_the_old_data_stays()
    {
        await ImportAsync();
        var before = await VersionsAsync();
        var path = Path.Combine(Folder.Path, "dump/GB.zip");

        Folder.Write("dump/GB.zip", [.. Enumerable.Range(1, 5000).Select(id => GeoNamesFolder.Place(id, $"Place {id * 7919 % 10007}", 51, 0, "PPL", "GB"))]);
        var whole = await File.ReadAllBytesAsync(path, Cancellation);
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], Cancellation);
        await AssertBadDataAsync("dump/GB.zip is damaged");

        // A bit of the text turned, the archive's directory whole.
        var corrupt = whole.ToArray();
        corrupt[whole.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, corrupt, Cancellation);
        await AssertBadDataAsync("dump/GB.zip/GB.txt is damaged");

        Folder.WriteBytes("dump/GB.zip", new byte[5_000_000]);
        await AssertBadDataAsync("more than 100 times");

        File.Delete(path);
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
            archive.CreateEntry("../GB.txt");
        await AssertBadDataAsync("dump/GB.zip is damaged: the archive does not contain GB.txt, but ../GB.txt.");

        File.Delete(path);
        ZipFile.Open(path, ZipArchiveMode.Create).Dispose();
        await AssertBadDataAsync("dump/GB.zip is damaged: the archive contains no file.");

        await File.WriteAllTextAsync(path, "<!DOCTYPE html>\n<title>Sign in</title>\n", Cancellation);
        await AssertBadDataAsync("dump/GB.zip is not a zip archive.");

        // An extracted file has the name of a text file.
        await File.WriteAllTextAsync(path, GeoNamesFolder.London, Cancellation);
        await AssertBadDataAsync("dump/GB.zip is not a zip archive.");

        await File.WriteAllBytesAsync(path, [], Cancellation);
        await AssertBadDataAsync("dump/GB.zip is empty: it has 0 bytes.");

        Assert.Equal(before, await VersionsAsync());
    }

    [Fact]
    public async Task A_failure_late_in_the_import_leaves_the_old_data_whole()
    {
        await ImportAsync();
        var before = await VersionsAsync();
        await Database.ScalarAsync<int>("ALTER TABLE districts ADD CONSTRAINT broken CHECK (id <> 42) NOT VALID; SELECT 1");

        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Place(42, "Soho", 51.5, -0.13, "PPLX", "GB", "ENG", "GLA"));
        await Assert.ThrowsAsync<PostgresException>(() => ImportAsync());

        Assert.Equal(before, await VersionsAsync());
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        File.Delete(Path.Combine(Folder.Path, "dump/IE.zip"));
        var exception = await Assert.ThrowsAnyAsync<ImportException>(() => ImportAsync());

        Assert.Equal(ExitCode.SourceUnavailable, exception.ExitCode);
        Assert.Contains("does not contain dump/IE.zip", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_country_that_does_not_exist_is_named_before_a_file_is_asked_for()
    {
        var source = new RecordingSource(Folder.Source);
        await AssertUnknownAsync(Options("GB,ZZ"), "There is no country 'ZZ'. Check --countries.");
        var options = Options("GB");
        options.PostalCodeCountries = "IE,ZY";
        await AssertUnknownAsync(options, "There is no country 'ZY'. Check --postal-code-countries.");
        Assert.Equal(["dump/countryInfo.txt", "dump/countryInfo.txt"], source.Requests);

        // Without the file of countries, those in the database count.
        await ImportAsync();
        options = Options("GB,ZX");
        options.Kinds = "city";
        await AssertUnknownAsync(options, "There is no country 'ZX'. Check --countries.");
        Assert.Equal(2, source.Requests.Count);

        async Task AssertUnknownAsync(ImportOptions options, string message)
        {
            var exception = await Assert.ThrowsAsync<ImportException>(() => Database.ImportAsync(source, options, Cancellation));
            Assert.Equal((ExitCode.Usage, message), (exception.ExitCode, exception.Message));
        }
    }

    [Fact]
    public async Task Malformed_rows_are_of_the_file_that_was_read()
    {
        // An extracted file beside, or instead of, its archive.
        File.Delete(Path.Combine(Folder.Path, "dump/GB.zip"));
        Folder.Write("dump/GB.txt", GeoNamesFolder.London, "broken");
        await ImportAsync(Options("GB"));

        Assert.Equal("dump/GB.txt", await Database.ScalarAsync<string>("SELECT rejects -> 0 ->> 'File' FROM import_runs"));
    }

    [Fact]
    public async Task A_second_import_leaves_with_a_message_while_one_is_running()
    {
        await ImportAsync();
        await using (await OpenOtherImporterAsync())
        {
            var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync());
            Assert.Equal(ExitCode.Locked, exception.ExitCode);
        }

        Assert.Equal("nothing to do", await ImportAsync());
    }

    private async Task AssertBadDataAsync(string message)
    {
        var exception = await Assert.ThrowsAsync<ImportException>(() => ImportAsync());
        Assert.Equal(ExitCode.BadData, exception.ExitCode);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Records which files are asked for.</summary>
    private sealed class RecordingSource(IGeoNamesSource source) : IGeoNamesSource
    {
        public List<string> Requests { get; } = [];

        public string Description => source.Description;

        public bool IsSample => false;

        public Task<SourceFile> OpenAsync(string name, CancellationToken cancellationToken)
        {
            Requests.Add(name);
            return source.OpenAsync(name, cancellationToken);
        }
    }

    /// <summary>Every row's version: the same before and after, nothing was written.</summary>
    private Task<string> VersionsAsync() => Database.ScalarAsync<string>(
        """
        SELECT string_agg(concat_ws(' ', kind, id, xmin), ',' ORDER BY kind, id) FROM (
          SELECT 'continent' AS kind, id, xmin FROM continents UNION ALL SELECT 'country', id, xmin FROM countries
          UNION ALL SELECT 'region', id, xmin FROM regions UNION ALL SELECT 'subregion', id, xmin FROM subregions
          UNION ALL SELECT 'city', id, xmin FROM cities UNION ALL SELECT 'district', id, xmin FROM districts) AS rows
        """);
}

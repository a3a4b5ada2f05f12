using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;
using NetTopologySuite.Geometries;

namespace Cities.Importer.Tests;

/// <summary>The files besides those of places and divisions, and what the options take of them.</summary>
public sealed class FilesTests(PostgisServer server) : ImportTest(server)
{
    private const int London = 2643743;

    [Fact]
    public async Task A_district_belongs_to_the_city_that_the_hierarchy_gives_it()
    {
        // New Malden would be London's; the second row's parent is no city, and the third has two.
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Place(9000001, "Second", 51.4, -0.2, "PPLX", "GB", "ENG", "GLA"),
            GeoNamesFolder.Place(9000003, "Third", 51.4, -0.2, "PPLX", "GB", "ENG", "GLA"));
        Folder.Write("dump/hierarchy.zip",
            "2651817\t2641598\tADM", "6269131\t9000001", $"2651817\t9000003\t", $"{London}\t9000003\tADM", "6269131\t2651817\tADM");
        await ImportAsync();

        await using var context = Database.CreateContext();
        var districts = await context.Districts.OrderBy(district => district.Id).ToListAsync(Cancellation);
        Assert.Equal(
            [
                (2641598, 2651817, DistrictCityLink.Hierarchy), (9000001, London, DistrictCityLink.NearestInSubregion),
                (9000003, London, DistrictCityLink.Hierarchy),
            ],
            districts.Select(district => (district.Id, district.CityId!.Value, district.CityLink!.Value)));
        Assert.Equal("", await ImportAsync(Forced()));
    }

    [Fact]
    public async Task Alternative_names_arrive_with_their_flags_and_periods_apart_from_links_and_codes()
    {
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, London, "en", "London Town", "1\t1\t\t0"),
            GeoNamesFolder.Name(2, London, "", "Londinium", "\t\t\t1") + "\t43\t410",
            GeoNamesFolder.Name(3, London, "en", "The Smoke", "\t\t1\t"),
            GeoNamesFolder.Name(4, London, "link", "https://en.wikipedia.org/wiki/London"),
            GeoNamesFolder.Name(5, London, "iata", "LON"),
            GeoNamesFolder.Name(6, London, "post", "EC1"),
            GeoNamesFolder.Name(7, London, "unlc", "GBLON"),
            GeoNamesFolder.Name(8, London, "abbr", "Lon."),
            GeoNamesFolder.Name(9, 2635167, "en", "Britain"),
            GeoNamesFolder.Name(10, 6269131, "en", "Engländ"),
            GeoNamesFolder.Name(11, 2641598, "en", "Malden"),
            GeoNamesFolder.Name(12, 2648110, "en", "G. L."));
        Assert.Contains("alternative_names +12 ~0 -0", await ImportAsync(), StringComparison.Ordinal);

        await using var context = Database.CreateContext();
        var names = await context.AlternativeNames.OrderBy(name => name.Id).ToListAsync(Cancellation);
        Assert.Equal(
            [
                AlternativeNameKind.Name, AlternativeNameKind.Name, AlternativeNameKind.Name, AlternativeNameKind.Link,
                AlternativeNameKind.Iata, AlternativeNameKind.PostalCode, AlternativeNameKind.UnLocode, AlternativeNameKind.Abbreviation,
            ],
            names.Take(8).Select(name => name.Kind));
        Assert.Equal(
            ("London Town", "en", true, true, false, false, null, null),
            (names[0].Name, names[0].Language, names[0].IsPreferred, names[0].IsShort, names[0].IsColloquial, names[0].IsHistoric,
                names[0].UsedFrom, names[0].UsedTo));
        Assert.Equal(
            (null, true, "43", "410"), (names[1].Language, names[1].IsHistoric, names[1].UsedFrom, names[1].UsedTo));
        Assert.True(names[2].IsColloquial);
        Assert.Equal([null, null, null, null, null], names.Skip(3).Take(5).Select(name => name.Language));
        Assert.Equal(["london town", "londinium"], names.Take(2).Select(name => name.SearchText));
        Assert.Equal((null, "england"), (names[3].SearchText, names[9].SearchText));
    }

    [Fact]
    public async Task Names_in_other_languages_and_of_other_places_are_left_out()
    {
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, London, "en", "London"), GeoNamesFolder.Name(2, London, "", "Londinium"),
            GeoNamesFolder.Name(3, London, "fr", "Londres"), GeoNamesFolder.Name(4, London, "zh-Hant", "倫敦"),
            GeoNamesFolder.Name(5, London, "icao", "EGLL"), GeoNamesFolder.Name(6, 5128581, "en", "New York"));
        await ImportAsync();
        Assert.Equal("1,2,5", await IdsAsync("alternative_names"));

        var options = Options();
        options.Languages = "FR";
        Assert.Equal("alternative_names +1 ~0 -2", await ImportAsync(options));
        Assert.Equal("3,5", await IdsAsync("alternative_names"));

        options.Languages = "all";
        Assert.Equal("alternative_names +3 ~0 -0", await ImportAsync(options));
        Assert.Equal("1,2,3,4,5", await IdsAsync("alternative_names"));
    }

    [Fact]
    public async Task Each_country_has_its_file_of_names_and_the_worlds_stands_in_for_one_that_is_missing()
    {
        Folder.Write("dump/alternatenames/GB.zip", GeoNamesFolder.Name(1, London, "en", "London"));
        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(2, 2964574, "en", "Dublin"));
        await ImportAsync();

        Assert.Equal("1,2", await IdsAsync("alternative_names"));
    }

    [Fact]
    public async Task Names_go_with_their_place_and_stay_with_one_that_becomes_a_district()
    {
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, London, "en", "London"), GeoNamesFolder.Name(2, 2651817, "en", "Croydon"));
        await ImportAsync();

        // The names are not imported this time: they go, or stay, because of their places.
        var options = Options();
        options.Kinds = "city,district";
        Folder.Write("dump/GB.zip", GeoNamesFolder.Croydon.Replace("\tPPL\t", "\tPPLX\t", StringComparison.Ordinal));
        await ImportAsync(options);

        Assert.Equal("2", await IdsAsync("alternative_names"));
    }

    [Fact]
    public async Task Postal_codes_arrive_with_their_place_and_divisions()
    {
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("WC1E 6AA", "Bloomsbury", 51.5226, -0.1306),
            "GB\tXX1\tNowhere\t\t\t\t\t\t\t\t\t");
        Assert.Contains("postal_codes +2 ~0 -0", await ImportAsync(), StringComparison.Ordinal);

        await using var context = Database.CreateContext();
        var codes = await context.PostalCodes.OrderBy(code => code.Code).ToListAsync(Cancellation);
        Assert.Equal(
            ("WC1E 6AA", "Bloomsbury", "England", "ENG", "Greater London", "GLA", "Camden", "E09000007"),
            (codes[0].Code, codes[0].PlaceName, codes[0].RegionName, codes[0].RegionCode, codes[0].SubregionName,
                codes[0].SubregionCode, codes[0].DistrictName, codes[0].DistrictCode));
        Assert.Equal((2635167, 6269131, 2648110), (codes[0].CountryId, codes[0].RegionId, codes[0].SubregionId));
        Assert.Equal((new Coordinate(-0.1306, 51.5226), (short?)4), (codes[0].Location!.Coordinate, codes[0].Accuracy));
        Assert.Equal((null, null, null, null), (codes[1].Location, codes[1].Accuracy, codes[1].RegionId, codes[1].RegionName));
    }

    [Fact]
    public async Task A_postal_code_keeps_its_id_and_is_there_once_however_the_file_lists_it()
    {
        string[] rows = [GeoNamesFolder.PostalCode("N1", "Islington"), GeoNamesFolder.PostalCode("N1", "Canonbury")];
        Folder.Write("zip/GB.zip", [rows[0], rows[1], rows[0], rows[0]]);
        await ImportAsync();
        var ids = await IdsAsync("postal_codes");
        Assert.Equal(2, await CountAsync("postal_codes"));

        // Over existing rows, rows that are there more than once take another way.
        Folder.Write("zip/GB.zip", [rows[1], GeoNamesFolder.PostalCode("N1", "Islington", 51.6), rows[1]]);
        Assert.Equal("postal_codes +0 ~1 -0", await ImportAsync());
        Assert.Equal(ids, await IdsAsync("postal_codes"));
    }

    [Fact]
    public async Task Postal_codes_can_be_those_of_other_countries_than_the_places()
    {
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));
        Folder.Write("zip/IE.zip", "IE\tD02\tDublin 2\tLeinster\tL\t\t\t\t\t53.3389\t-6.2595\t");
        var options = Options("GB");
        options.PostalCodeCountries = "IE";
        await ImportAsync(options);
        Assert.Equal(["D02"], await CodesAsync());

        options.PostalCodeCountries = null;
        Assert.Contains("postal_codes +1 ~0 -0", await ImportAsync(options), StringComparison.Ordinal);
        Assert.Equal(["D02", "N1"], await CodesAsync());

        Folder.Write("zip/allCountries.zip", GeoNamesFolder.PostalCode("N2", "East Finchley"));
        options.PostalCodeCountries = "all";
        Assert.Contains("postal_codes +1 ~0 -2", await ImportAsync(options), StringComparison.Ordinal);

        async Task<List<string>> CodesAsync()
        {
            await using var context = Database.CreateContext();
            return await context.PostalCodes.Select(code => code.Code).Order().ToListAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Time_zones_arrive_with_their_offsets()
    {
        Folder.Write("dump/timeZones.txt",
            "CountryCode\tTimeZoneId\tGMT offset 1. Jan 2026\tDST offset 1. Jul 2026\trawOffset (independant of DST)",
            "GB\tEurope/London\t0.0\t1.0\t0.0", "IE\tEurope/Dublin\t0.0\t1.0\t0.0", "IE\tAsia/Kathmandu\t5.75\t5.75\t5.75");
        await ImportAsync(Options("GB"));

        await using var context = Database.CreateContext();
        var zones = await context.TimeZones.OrderBy(zone => zone.Id).ToListAsync(Cancellation);
        Assert.Equal(["Asia/Kathmandu", "Europe/Dublin", "Europe/London"], zones.Select(zone => zone.Id));
        Assert.Equal((2963597, 5.75, 5.75, 5.75), (zones[0].CountryId, zones[0].JanuaryOffset, zones[0].JulyOffset, zones[0].RawOffset));
        Assert.Equal((0, 1, 0), (zones[2].JanuaryOffset, zones[2].JulyOffset, zones[2].RawOffset));
    }

    [Fact]
    public async Task Only_the_chosen_kinds_are_read_and_refer_to_what_is_there()
    {
        await ImportAsync(Kinds("country,region"));
        Assert.Equal((2, 0, 0), (await CountAsync("regions"), await CountAsync("subregions"), await CountAsync("cities")));

        File.Delete(Path.Combine(Folder.Path, "dump/countryInfo.txt"));
        File.Delete(Path.Combine(Folder.Path, "dump/admin1CodesASCII.txt"));
        Assert.Equal("cities +3 ~0 -0", await ImportAsync(Kinds("city")));
        Assert.Equal(6269131, await Database.ScalarAsync<int>($"SELECT region_id FROM cities WHERE id = {London}"));

        Assert.Equal("districts +1 ~0 -0", await ImportAsync(Kinds("district")));
        Assert.Equal((London, nameof(DistrictCityLink.NearestInRegion)), (
            await Database.ScalarAsync<int>("SELECT city_id FROM districts"), await Database.ScalarAsync<string>("SELECT city_link FROM districts")));

        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, London, "en", "London"), GeoNamesFolder.Name(2, 42, "en", "Nowhere"));
        Assert.Equal("alternative_names +1 ~0 -0", await ImportAsync(Kinds("alt_name")));
    }

    [Fact]
    public async Task What_is_asked_for_by_name_has_to_be_there()
    {
        await ImportAsync();
        foreach (var (kind, file) in new[] { ("postal_code", "zip/GB.zip"), ("alt_name", "dump/alternateNamesV2.zip"), ("time_zone", "dump/timeZones.txt") })
        {
            var exception = await Assert.ThrowsAnyAsync<ImportException>(() => ImportAsync(Kinds(kind, "GB")));
            Assert.Equal(ExitCode.SourceUnavailable, exception.ExitCode);
            Assert.Contains($"does not contain {file}", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_that_a_folder_does_not_hold_leave_what_is_there_as_it_is()
    {
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", "Islington"));
        Folder.Write("zip/IE.zip", "IE\tD02\tDublin 2\tLeinster\tL\t\t\t\t\t53.3389\t-6.2595\t");
        Folder.Write("dump/timeZones.txt", "GB\tEurope/London\t0.0\t1.0\t0.0");
        await ImportAsync();

        File.Delete(Path.Combine(Folder.Path, "zip/IE.zip"));
        File.Delete(Path.Combine(Folder.Path, "dump/timeZones.txt"));
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N2", "East Finchley"));
        Assert.Equal("postal_codes +1 ~0 -1", await ImportAsync());
        Assert.Equal((2, 1), (await CountAsync("postal_codes"), await CountAsync("time_zones")));
    }

    [Fact]
    public async Task Places_can_be_limited_to_feature_codes()
    {
        var options = Options();
        options.FeatureCodes = "pplc, PPLX";
        await ImportAsync(options);

        Assert.Equal("2643743,2964574", await IdsAsync("cities"));
        Assert.Equal("2641598", await IdsAsync("districts"));
    }

    [Fact]
    public async Task Rows_that_are_gone_can_be_kept()
    {
        await ImportAsync();
        Folder.Write("dump/GB.zip", GeoNamesFolder.Croydon);
        var options = Options();
        options.KeepRemoved = true;
        Assert.Equal("", await ImportAsync(options));
        Assert.Equal(3, await CountAsync("cities"));

        Assert.Equal("cities +0 ~0 -1, districts +0 ~0 -1", await ImportAsync());
    }

    [Fact]
    public async Task Names_are_searched_without_case_and_accents()
    {
        Folder.Write("dump/GB.zip",
            GeoNamesFolder.Place(1, "Ynys Môn", 53.3, -4.3, "PPL", "GB"), GeoNamesFolder.Place(2, "Łódź ŠTRAẞE", 53.3, -4.3, "PPLX", "GB"),
            GeoNamesFolder.Place(3, "Санкт-Петербург", 53.3, -4.3, "PPL", "GB"));
        await ImportAsync(Options("GB"));

        Assert.Equal("ynys mon", await Database.ScalarAsync<string>("SELECT search_text FROM cities WHERE id = 1"));
        Assert.Equal("lodz strasse", await Database.ScalarAsync<string>("SELECT search_text FROM districts"));
        Assert.Equal("санкт петербург", await Database.ScalarAsync<string>("SELECT search_text FROM cities WHERE id = 3"));
        Assert.Equal("ynys-mon-1", await Database.ScalarAsync<string>("SELECT slug FROM cities WHERE id = 1"));
    }

    private ImportOptions Forced()
    {
        var options = Options();
        options.Force = true;
        return options;
    }

    private ImportOptions Kinds(string kinds, string countries = "GB,IE")
    {
        var options = Options(countries);
        options.Kinds = kinds;
        return options;
    }

    private Task<string> IdsAsync(string table) =>
        Database.ScalarAsync<string>($"SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM {table}");
}

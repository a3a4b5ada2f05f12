using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>The values that an import derives from the files.</summary>
public sealed class ValuesTests(PostgisServer server) : ImportTest(server)
{
    private const int Columns = 19;

    [Theory]
    [InlineData("İstanbul Straße Łódź Đà", "", "Istanbul Strasse Lodz Da", "istanbul-strasse-lodz-da-42")]
    [InlineData("東京", "", "DongJing", "dongjing-42")]
    [InlineData("Köln", "Köln", "Koln", "koln-42")]
    [InlineData("Köln", "Koeln", "Koeln", "koeln-42")]
    [InlineData("Saint-Ouen / L'Aumône", "Saint-Ouen / L'Aumone", "Saint-Ouen / L'Aumone", "saint-ouen-l-aumone-42")]
    [InlineData("  Lon\u00addon\u00a0\u200f", " London ", "London", "london-42")]
    [InlineData("!!!", "!!!", "!!!", "42")]
    public async Task Names_are_trimmed_and_have_an_ASCII_form_and_a_unique_slug(
        string name, string asciiName, string expected, string slug)
    {
        Folder.Write("dump/GB.zip", Row((1, name), (2, asciiName)));
        await ImportAsync();

        Assert.Equal($"{expected}|{slug}", await Database.ScalarAsync<string>("SELECT ascii_name || '|' || slug FROM cities WHERE id = 42"));
        Assert.Equal(name.Replace("\u00ad", "", StringComparison.Ordinal).Trim(' ', '\u00a0', '\u200f'), await Database.ScalarAsync<string>("SELECT name FROM cities WHERE id = 42"));
    }

    [Theory]
    [InlineData("   ", "name is empty")]
    [InlineData("\u200b\u00a0", "name is empty")]
    [InlineData("Lon\u0007don", "contains a control character")]
    [InlineData("Lon\u0092don", "contains a control character")]
    [InlineData("Lon\u2028don", "contains a control character")]
    public async Task A_name_that_cannot_be_displayed_is_rejected(string name, string problem)
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, Row((1, name)));
        Folder.Write("dump/alternateNamesV2.zip",
            GeoNamesFolder.Name(1, 2643743, "en", name), GeoNamesFolder.Name(2, 2643743, "fa", "می\u200cخواهم"));
        Folder.Write("zip/GB.zip", GeoNamesFolder.PostalCode("N1", name), GeoNamesFolder.PostalCode("N1", "Islington"));
        var options = Options();
        options.MaximumRejectedShare = 0.5;
        options.Languages = "all";
        await ImportAsync(options);

        await using var context = Database.CreateContext();
        var run = await context.ImportRuns.SingleAsync(Cancellation);
        Assert.Equal(3, run.Rejects.Count);
        Assert.All(run.Rejects, reject => Assert.Contains(problem, reject.Problem, StringComparison.Ordinal));
        Assert.Equal((1, 1), (await CountAsync("alternative_names"), await CountAsync("postal_codes")));
    }

    [Fact]
    public async Task Neighbours_are_mutual_and_never_empty()
    {
        var file = Path.Combine(Folder.Path, "dump/countryInfo.txt");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        // Great Britain no longer lists Ireland, and Ireland's list ends with a comma.
        text = text.Replace("\tIE\t\n", "\t\t\n", StringComparison.Ordinal).Replace("\tGB\t\n", "\t,GB,,FR,\t\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, Cancellation);

        for (var round = 0; round < 2; round++)
        {
            await ImportAsync();
            Assert.Equal("GB:IE IE:GB,FR", await Database.ScalarAsync<string>(
                "SELECT string_agg(code || ':' || array_to_string(neighbours, ',', 'null'), ' ' ORDER BY code) FROM countries"));
        }
    }

    [Fact]
    public async Task Countries_that_no_longer_exist_are_left_out_unless_they_are_wanted()
    {
        var file = Path.Combine(Folder.Path, "dump/countryInfo.txt");
        var ireland = (await File.ReadAllLinesAsync(file, Cancellation)).Single(line => line.StartsWith("IE", StringComparison.Ordinal));
        await File.AppendAllTextAsync(
            file,
            ireland.Replace("IE\tIRL", "CS\tSCG", StringComparison.Ordinal).Replace("2963597", "8505033", StringComparison.Ordinal) + "\n",
            Cancellation);

        await ImportAsync();
        Assert.Equal(2, await CountAsync("countries"));

        var all = Options();
        all.IncludeFormerCountries = true;
        Assert.StartsWith("countries +1", await ImportAsync(all), StringComparison.Ordinal);
        // Great Britain was its neighbour.
        Assert.Equal("countries +0 ~1 -1", await ImportAsync());
    }

    [Fact]
    public async Task Currencies_have_symbols_and_districts_have_codes()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, Row((7, "PPLX"), (12, "E09000021")));
        await ImportAsync();

        Assert.Equal("€", await Database.ScalarAsync<string>("SELECT currency_symbol FROM countries WHERE code = 'IE'"));
        Assert.Equal("E09000021", await Database.ScalarAsync<string>("SELECT code FROM districts WHERE id = 42"));
    }

    [Fact]
    public async Task A_district_without_divisions_belongs_to_a_city_of_its_country_and_a_distant_one_to_none()
    {
        Folder.Write("dump/GB.zip",
            GeoNamesFolder.London,
            GeoNamesFolder.Place(1, "Village", 51.39, -0.25, "PPL", "GB", "", "", 900),
            GeoNamesFolder.Place(2, "No divisions", 51.4, -0.25, "PPLX", "GB"),
            // 55 km from London, which reaches no further than 50 km.
            GeoNamesFolder.Place(3, "Distant", 51.0, -0.13, "PPLX", "GB", "ENG", "GLA"),
            // 9 km from a small town, and 574 km from the only city of its subregion.
            GeoNamesFolder.Place(4, "Small town", 56.0, -3.0, "PPL", "GB", "", "", 3700),
            GeoNamesFolder.Place(5, "Mission", 56.08, -3.0, "PPLX", "GB", "ENG", "GLA"));
        await ImportAsync();

        await using var context = Database.CreateContext();
        var districts = await context.Districts.OrderBy(district => district.Id).ToListAsync(Cancellation);
        Assert.Equal(
            [(2643743, DistrictCityLink.NearestInCountry), (null, null), (4, DistrictCityLink.NearestInCountry)],
            districts.Select(district => (district.CityId, district.CityLink)));
    }

    [Fact]
    public async Task A_district_of_a_district_belongs_to_the_city_of_its_parent()
    {
        Folder.Write("dump/GB.zip", GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.NewMalden,
            GeoNamesFolder.Place(2, "Part of New Malden", 51.39, -0.1, "PPLX", "GB", "ENG", "GLA"));
        // The last row makes a circle.
        Folder.Write("dump/hierarchy.zip", "2651817\t2641598\tADM", "2641598\t2\tADM", "2\t2641598\tADM");
        await ImportAsync();

        Assert.Equal(2, await CountAsync("districts WHERE city_id = 2651817 AND city_link = 'Hierarchy'"));
    }

    [Fact]
    public async Task Names_that_come_with_the_places_are_searched_until_alternateNamesV2_is_imported()
    {
        Folder.Write("dump/GB.zip", Row((1, "Munich"), (3, "Munich,München,東京, Monaco di Baviera,München,,\u200b")), GeoNamesFolder.Croydon);
        await ImportAsync();
        Assert.Equal("monaco di baviera,munchen,東京", await NamesAsync());
        Assert.True(await Database.ScalarAsync<bool>("SELECT bool_and(id < 0 AND kind = 11 AND language IS NULL) FROM alternative_names"));

        // One name goes and one comes; the other ids stay.
        var ids = await IdsAsync("東京");
        Folder.Write("dump/GB.zip", Row((1, "Munich"), (3, "München,Monaco di Baviera,Minga")), GeoNamesFolder.Croydon);
        Assert.Equal("alternative_names +1 ~0 -1", await ImportAsync());
        Assert.Equal(ids, await IdsAsync("minga"));

        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, 42, "en", "Munich town"));
        Assert.Equal("alternative_names +1 ~0 -3", await ImportAsync());

        // An import of the places alone keeps the names of alternateNamesV2.
        var places = Options();
        places.Kinds = "city,district";
        places.Force = true;
        Assert.Equal("", await ImportAsync(places));
        Assert.Equal("munich town", await NamesAsync());
    }

    [Fact]
    public async Task Short_names_of_many_places_have_ids_of_their_own()
    {
        Folder.Write("dump/GB.zip", [.. Enumerable.Range(1, 5000).Select(id => Row((0, $"{id}"), (3, "A,B,C,Ab,Bc,Abc")))]);
        await ImportAsync();

        Assert.Equal(30_000, await CountAsync("alternative_names"));
    }

    [Fact]
    public async Task Names_that_come_with_the_places_need_names_without_a_language()
    {
        Folder.Write("dump/GB.zip", Row((3, "Minga")));
        var options = Options();
        options.Languages = "en";
        await ImportAsync(options);

        Assert.Equal(0, await CountAsync("alternative_names"));
    }

    [Fact]
    public async Task Abbreviations_of_regions_are_searched()
    {
        Folder.Write("dump/alternateNamesV2.zip", GeoNamesFolder.Name(1, 6269131, "abbr", "ENG"));
        await ImportAsync();

        Assert.Equal("10 eng", await Database.ScalarAsync<string>("SELECT kind || ' ' || search_text FROM alternative_names"));
    }

    private Task<string> NamesAsync() =>
        Database.ScalarAsync<string>("SELECT string_agg(search_text, ',' ORDER BY search_text COLLATE \"C\") FROM alternative_names");

    private Task<string> IdsAsync(string besides) =>
        Database.ScalarAsync<string>($"SELECT string_agg(id::text, ',' ORDER BY id) FROM alternative_names WHERE search_text <> '{besides}'");

    /// <summary>A row of a place with the id 42 in London, with other values in some columns.</summary>
    private static string Row(params (int Column, string Value)[] values)
    {
        var columns = GeoNamesFolder.Place(42, "Place", 51.5, -0.1, "PPL", "GB", "ENG", "GLA", 5000).Split('\t');
        Assert.Equal(Columns, columns.Length);
        foreach (var (column, value) in values)
            columns[column] = value;
        return string.Join('\t', columns);
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests;

/// <summary>Continents, countries, regions, subregions and districts, and their names.</summary>
public sealed class PlacesTests(ApiFixture api, WorldFixture world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_districts_of_a_city_are_listed_with_the_citys_name()
    {
        var page = await api.Client.GetJsonAsync("/api/v1/cities/2643743/districts/");

        Assert.Equal(
            await api.Database.ScalarAsync<long>("SELECT count(*) FROM districts WHERE city_id = 2643743"),
            (long)page["count"]!);
        Assert.InRange((int)page["count"]!, 5, 50);
        Assert.All(page["results"]!.AsArray(), district =>
        {
            Assert.Equal(
                ["id", "name", "city", "population", "location"], district!.AsObject().Select(property => property.Key));
            Assert.Equal("London", (string?)district["city"]);
        });
    }

    [Fact]
    public async Task A_district_is_found_in_its_own_city_alone()
    {
        var district = (await api.Client.GetJsonAsync("/api/v1/cities/2643743/districts/?limit=1"))["results"]![0]!;
        var id = (int)district["id"]!;

        var same = await api.Client.GetJsonAsync($"/api/v1/cities/2643743/districts/{id}/");
        Assert.Equal(district.ToJsonString(), same.ToJsonString());
        await api.Client.GetProblemAsync($"/api/v1/cities/2643123/districts/{id}/", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_city_without_districts_has_none_and_an_unknown_city_is_not_found()
    {
        var without = await api.Database.ScalarAsync<int>(
            "SELECT id FROM cities WHERE NOT EXISTS (SELECT FROM districts WHERE city_id = cities.id) LIMIT 1");

        Assert.Equal(0, (int)(await api.Client.GetJsonAsync($"/api/v1/cities/{without}/districts/"))["count"]!);
        await api.Client.GetProblemAsync("/api/v1/cities/1/districts/", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("IE")]
    [InlineData("ie")]
    [InlineData("IRL")]
    [InlineData("irl")]
    [InlineData("2963597")]
    public async Task A_country_is_found_by_code_and_by_id(string key)
    {
        var country = await api.Client.GetJsonAsync($"/api/v1/countries/{key}/");

        Assert.Equal("Ireland", (string?)country["name"]);
        Assert.Equal("Dublin", (string?)country["capital"]);
        Assert.Equal("EUR", (string?)country["currencyCode"]);
        Assert.Equal("EU", (string?)country["continent"]);
        Assert.Equal("""["en-IE","ga-IE"]""", country["languages"]!.ToJsonString());
        Assert.Equal("""["GB"]""", country["neighbours"]!.ToJsonString());
        Assert.Equal(("372", "€", "ireland-2963597"),
            ((string?)country["numericCode"], (string?)country["currencySymbol"], (string?)country["slug"]));
    }

    [Fact]
    public async Task A_continent_is_found_by_code_and_by_id()
    {
        var continent = await api.Client.GetJsonAsync("/api/v1/continents/eu");

        Assert.Equal("""{"id":6255148,"code":"EU","name":"Europe","slug":"europe-6255148"}""", continent.ToJsonString());
        Assert.Equal(continent.ToJsonString(), (await api.Client.GetJsonAsync("/api/v1/continents/6255148")).ToJsonString());
    }

    [Theory]
    [InlineData("/api/v1/continents", 7)]
    [InlineData("/api/v1/countries/", 250)]
    [InlineData("/api/v1/regions", 4)]
    [InlineData("/api/v1/subregions/", 120)]
    public async Task Countries_regions_and_subregions_are_listed(string path, int count)
    {
        var page = await api.Client.GetJsonAsync(path + "?limit=3&offset=1");

        Assert.Equal(count, (int)page["count"]!);
        Assert.Equal(3, page["results"]!.AsArray().Count);
        Assert.Equal($"http://localhost{path}?limit=3", (string?)page["previous"]);
    }

    [Theory]
    [InlineData("6269131")]
    [InlineData("GB.ENG")]
    [InlineData("gbr.eng")]
    public async Task A_region_is_found_by_code_and_by_id_and_answered_with_its_country(string key)
    {
        var region = await api.Client.GetJsonAsync($"/api/v1/regions/{key}/");

        Assert.Equal(
            """{"id":6269131,"code":"ENG","name":"England","country":"United Kingdom","countryCode":"GB"}""",
            region.ToJsonString());
    }

    [Theory]
    [InlineData("31")]
    [InlineData("AA.R1.S.1")]
    [InlineData("aax.r1.s.1")]
    public async Task A_subregion_is_found_by_code_and_by_id_and_answered_with_its_region_and_country(string key)
    {
        var subregion = await world.Client.GetJsonAsync($"/api/v1/subregions/{key}/");

        Assert.Equal(("Subregion AA", "Region AA", "AA"),
            ((string?)subregion["name"], (string?)subregion["region"], (string?)subregion["countryCode"]));
    }

    [Theory]
    [InlineData("cities?country=AAX", "cities?country=AA")]
    [InlineData("cities?country=aax,BB", "cities?country=11,12")]
    [InlineData("cities?region=AAX.R1", "cities?region=21")]
    [InlineData("cities?subregion=AAX.R1.S.1", "cities?subregion=31")]
    [InlineData("districts?country=AAX", "districts?country=11")]
    [InlineData("postal-codes?country=AAX", "postal-codes?country=11")]
    [InlineData("regions?country=AAX", "regions?country=11")]
    [InlineData("subregions?country=AAX&region=AAX.R1", "subregions?country=11")]
    [InlineData("countries/AAX/regions?", "countries/11/regions?")]
    [InlineData("countries/AAX/names?", "countries/11/names?")]
    [InlineData("regions/AAX.R1/cities?", "regions/21/cities?")]
    [InlineData("regions/AA.R1/names?", "regions/21/names?")]
    [InlineData("subregions/AA.R1.S.1/names?", "subregions/31/names?")]
    public async Task Every_place_that_can_be_named_by_its_id_can_be_named_by_its_codes(string byCode, string byId)
    {
        var expected = await world.Client.GetJsonAsync($"/api/v1/{byId}&limit=5");

        Assert.NotEmpty(expected["results"]!.AsArray());
        var found = await world.Client.GetJsonAsync($"/api/v1/{byCode}&limit=5");
        Assert.Equal(expected["results"]!.ToJsonString(), found["results"]!.ToJsonString());
        Assert.Equal((int)expected["count"]!, (int)found["count"]!);
    }

    [Theory]
    [InlineData("/api/v1/countries/XX/")]
    [InlineData("/api/v1/countries/1/")]
    [InlineData("/api/v1/countries/GB,IE/")]
    [InlineData("/api/v1/continents/XX/")]
    [InlineData("/api/v1/continents/1/names")]
    [InlineData("/api/v1/countries/XX/names")]
    [InlineData("/api/v1/regions/1/names")]
    [InlineData("/api/v1/subregions/1/names")]
    [InlineData("/api/v1/districts/1/")]
    [InlineData("/api/v1/districts/1/names")]
    [InlineData("/api/v1/countries/Ireland/")]
    [InlineData("/api/v1/regions/1/")]
    [InlineData("/api/v1/subregions/1/")]
    [InlineData("/api/v1/nonsense/")]
    public async Task What_is_unknown_is_not_found(string path) =>
        await api.Client.GetProblemAsync(path, HttpStatusCode.NotFound);

    [Fact]
    public async Task A_district_has_what_is_stored_of_it()
    {
        var district = await world.Client.GetJsonAsync(
            "/api/v1/districts/6000?fields=name,asciiName,slug,code,city,cityId,country,countryCode,region,regionCode,subregion,"
            + "subregionCode,population,elevation,timezone,modifiedOn,location");

        var expected = JsonNode.Parse(
            """
            {"id":6000,"name":"Öbergallen","asciiName":"Obergallen","slug":"obergallen-6000","code":"A3","city":"Sankt Gallen","cityId":5000,
            "country":"Country AA","countryCode":"AA","region":"Region AA","regionCode":"R1","subregion":"Subregion AA","subregionCode":"S.1",
            "population":900,"elevation":700,"timezone":"Etc/UTC","modifiedOn":"2024-01-31","location":{"longitude":9.38,"latitude":47.43}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, district), district.ToJsonString());
    }

    [Fact]
    public async Task A_district_without_a_city_is_answered()
    {
        var district = await world.Client.GetJsonAsync("/api/v1/districts/6001");

        Assert.Equal(
            """{"id":6001,"name":"Lonely Quarter","city":null,"population":50,"location":{"longitude":-170,"latitude":-17}}""",
            district.ToJsonString());
        await world.Client.GetProblemAsync("/api/v1/cities/5000/districts/6001", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", new[] { 6000, 6001 })]
    [InlineData("orderBy=name", new[] { 6001, 6000 })]
    [InlineData("orderBy=-id", new[] { 6001, 6000 })]
    [InlineData("country=bb", new[] { 6001 })]
    [InlineData("country=11,CC", new[] { 6000 })]
    [InlineData("region=AA.R1", new[] { 6000 })]
    [InlineData("subregion=AA.R1.S.1", new[] { 6000 })]
    [InlineData("subregion=32", new int[0])]
    [InlineData("city=5000", new[] { 6000 })]
    [InlineData("city=5001,5000", new[] { 6000 })]
    [InlineData("city=1", new int[0])]
    [InlineData("bbox=9,47,10,48", new[] { 6000 })]
    [InlineData("bbox=170,-20,-160,0", new[] { 6001 })]
    [InlineData("near=9.38,47.4&radius=10000", new[] { 6000 })]
    [InlineData("near=-170,-10&orderBy=distance", new[] { 6001, 6000 })]
    public async Task Districts_are_filtered_and_ordered(string query, int[] ids)
    {
        var page = await world.Client.GetJsonAsync($"/api/v1/districts?{query}");

        Assert.Equal(ids, Ids(page));
        Assert.Equal(ids.Length, (int)page["count"]!);
    }

    [Theory]
    [InlineData("city=London", "city")]
    [InlineData("city=,", "city")]
    [InlineData("radius=5", "radius")]
    [InlineData("bbox=1", "bbox")]
    [InlineData("orderBy=population", "orderBy")]
    [InlineData("fields=size", "fields")]
    public async Task A_bad_parameter_of_districts_is_named(string query, string parameter)
    {
        var problem = await world.Client.GetProblemAsync($"/api/v1/districts?{query}", HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Districts_are_read_by_cursors_and_in_every_format()
    {
        var first = await world.Client.GetJsonAsync("/api/v1/districts?after=&limit=1");
        Assert.Equal([6000], Ids(first));
        Assert.Equal([6001], Ids(await world.Client.GetJsonAsync((string)first["next"]!)));

        Assert.Equal(
            ["id,name,code", "6000,Öbergallen,A3", "6001,Lonely Quarter,"],
            (await GetAsync("/api/v1/districts?f=csv&fields=name,code")).TrimEnd().Split("\r\n"));
        var feature = JsonNode.Parse(await GetAsync("/api/v1/cities/5000/districts?f=geojson"))!["features"]![0]!;
        Assert.Equal("""{"type":"Point","coordinates":[9.38,47.43]}""", feature["geometry"]!.ToJsonString());
        Assert.Equal(["name", "city", "population"], feature["properties"]!.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task Lists_of_texts_are_arrays_in_json_and_one_value_in_csv()
    {
        const string Path = "/api/v1/countries?limit=2&fields=languages,neighbours";
        Assert.Equal(
            """[{"id":11,"languages":["fr-AA","rm"],"neighbours":["BB"]},{"id":12,"languages":[],"neighbours":[]}]""",
            (await world.Client.GetJsonAsync(Path))["results"]!.ToJsonString());
        Assert.Equal(
            ["id,languages,neighbours", "11,\"fr-AA,rm\",BB", "12,,"], (await GetAsync($"{Path}&f=csv")).TrimEnd().Split("\r\n"));
        Assert.Equal(
            """{"id":11,"languages":["fr-AA","rm"],"neighbours":["BB"]}""", (await GetAsync($"{Path}&f=ndjson")).Split('\n')[0]);
        Assert.Equal(
            """{"languages":["fr-AA","rm"],"neighbours":["BB"]}""",
            JsonNode.Parse(await GetAsync($"{Path}&f=geojson"))!["features"]![0]!["properties"]!.ToJsonString());
    }

    [Fact]
    public async Task A_country_without_a_numeric_code_or_a_currency_symbol_has_none()
    {
        var page = await world.Client.GetJsonAsync("/api/v1/countries?limit=2&fields=numericCode,currencySymbol");

        Assert.Equal(
            """[{"id":11,"numericCode":"008","currencySymbol":"¤"},{"id":12,"numericCode":null,"currencySymbol":null}]""",
            page["results"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Theory]
    [InlineData("regions/21", """{"id":21,"slug":"region-aa-21","asciiName":"Region AA"}""")]
    [InlineData("subregions/31", """{"id":31,"slug":"subregion-aa-31","asciiName":"Subregion AA"}""")]
    public async Task A_division_has_a_slug_and_an_ascii_name(string path, string expected) =>
        Assert.Equal(expected, (await world.Client.GetJsonAsync($"/api/v1/{path}?fields=slug,asciiName")).ToJsonString());

    [Theory]
    [InlineData("continents/EU", 40, "Europa")]
    [InlineData("continents/1", 40, "Europa")]
    [InlineData("countries/aa", 41, "Pays AA")]
    [InlineData("countries/11", 41, "Pays AA")]
    [InlineData("regions/21", 42, "Regiun AA")]
    [InlineData("subregions/31", 44, "Sous-région AA")]
    [InlineData("districts/6000", 45, "Gallen d'en haut")]
    public async Task Every_place_lists_its_names_and_is_answered_with_the_name_of_a_language(string path, int id, string name)
    {
        var names = await world.Client.GetJsonAsync($"/api/v1/{path}/names?limit=1");
        Assert.Equal([id], Ids(names));
        Assert.Equal(name, (string?)names["results"]![0]!["name"]);

        var language = (string?)names["results"]![0]!["language"];
        Assert.Equal(name, (string?)(await world.Client.GetJsonAsync($"/api/v1/{path}?lang={language}"))["name"]);
        Assert.NotEqual(name, (string?)(await world.Client.GetJsonAsync($"/api/v1/{path}?lang=xx"))["name"]);
    }

    [Fact]
    public async Task Names_have_the_kinds_abbreviation_and_listed()
    {
        var names = await world.Client.GetJsonAsync("/api/v1/regions/21/names?fields=name,kind&offset=1");
        Assert.Equal("""[{"id":43,"name":"RA","kind":"abbreviation"}]""", names["results"]!.ToJsonString());

        names = await world.Client.GetJsonAsync("/api/v1/cities/5003/names?fields=kind,language");
        Assert.Equal(
            """[{"id":-8,"kind":"listed","language":null},{"id":-7,"kind":"listed","language":null}]""", names["results"]!.ToJsonString());
    }

    /// <summary>The id of a name can be that of a place.</summary>
    [Fact]
    public async Task An_alternative_name_is_not_translated()
    {
        await world.Database.ScalarAsync<int>(
            """
            INSERT INTO alternative_names (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic)
            VALUES (5000, 5001, 1, 'yy', 'Of its own', false, false, false, false);
            SELECT 1
            """);

        var names = await world.Client.GetJsonAsync("/api/v1/cities/5001/names?lang=fr&orderBy=-id&limit=1");

        Assert.Equal((5000, "Of its own"), ((int)names["results"]![0]!["id"]!, (string)names["results"]![0]!["name"]!));
    }

    private async Task<string> GetAsync(string path) =>
        await world.Client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);

    private static List<int> Ids(JsonNode page) => [.. page["results"]!.AsArray().Select(result => (int)result!["id"]!)];
}

using System.Net;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>Search by name, and names in languages.</summary>
public sealed class SearchTests(WorldFixture world, ApiFixture england)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("genève", "Genève", null)]
    [InlineData("GENEVE", "Genève", null)]
    [InlineData("Genf", "Genf", "de")]
    [InlineData("calvino", "Calvinopolis", null)]
    [InlineData("saint-g", "Saint-Gall", "fr")]
    [InlineData("sankt", "Sankt Gallen", null)]
    [InlineData("%E6%9D%B1%E4%BA%AC", "東京", null)]
    [InlineData("%E6%9D%B1", "東京", null)]
    [InlineData("%E6%9D%B1%E4%BA%AC%E9%83%BD", "東京都", null)]
    public async Task A_city_is_found_by_any_of_its_names(string q, string matched, string? language)
    {
        var city = (await SearchAsync(q))[0]!;

        Assert.Equal((matched, language), ((string?)city["matchedName"], (string?)city["matchedLanguage"]));
    }

    [Theory]
    [InlineData(" gen%C3%A8ve ", 5001)]
    [InlineData("gene%CC%80ve", 5001)]
    [InlineData("sankt-gallen", 5000)]
    [InlineData("sankt%27gallen", 5000)]
    [InlineData("oebergallen", 6000)]
    public async Task Spellings_of_a_name_are_equal(string q, int id)
    {
        var found = await SearchAsync(q);

        Assert.Equal(id, Id(found[0]));
        Assert.InRange((double)found[0]!["score"]!, 0.8, 2);
    }

    [Theory]
    [InlineData("saint albans", "St Albans")]
    [InlineData("st. ives", "St Ives")]
    public async Task Saint_and_its_abbreviation_are_equal(string q, string name)
    {
        var first = (await england.Client.GetJsonAsync($"/api/v1/search?q={q}"))["results"]![0]!;

        Assert.Equal(name, (string?)first["name"]);
    }

    [Theory]
    [InlineData("place 5, region bb", "BB", "Region BB", null)]
    [InlineData("Place 5 BB", "BB", null, "Country BB")]
    [InlineData("place 5 bbx", "BB", null, "Country BB")]
    [InlineData("region bb place 5", "BB", "Region BB", null)]
    [InlineData("place 5, country cc", "CC", null, "Country CC")]
    [InlineData("place 5 region bb country bb", "BB", "Region BB", "Country BB")]
    [InlineData("place 5, pays aa", "AA", null, "Country AA")]
    [InlineData("place 5 ra", "AA", "Region AA", null)]
    [InlineData("plcae 5 ra", "AA", "Region AA", null)]
    [InlineData("place 4, sous-r%C3%A9gion aa", "AA", "Subregion AA", null)]
    public async Task A_query_can_name_the_region_and_the_country_too(string q, string code, string? region, string? country)
    {
        var found = await SearchAsync(q);

        Assert.Equal(
            (code, region, country),
            ((string?)found[0]!["countryCode"], (string?)found[0]!["matchedRegion"], (string?)found[0]!["matchedCountry"]));
        Assert.All(found, place => Assert.Equal(code, (string?)place!["countryCode"]));
    }

    [Theory]
    [InlineData("city=place 5&region=region bb", "BB")]
    [InlineData("city=place 5&region=BB.R1", "BB")]
    [InlineData("city=place 5&region=22", "BB")]
    [InlineData("city=place 5&region=R1&country=ccx", "CC")]
    [InlineData("city=place 5&country=Pays AA", "AA")]
    [InlineData("q=place 5&country=12", "BB")]
    public async Task A_query_can_have_parts(string query, string code)
    {
        var found = (await world.Client.GetJsonAsync($"/api/v1/search?{query}"))["results"]!.AsArray();

        Assert.NotEmpty(found);
        Assert.All(found, place => Assert.Equal(code, (string?)place!["countryCode"]));
    }

    [Theory]
    [InlineData("country aa", "country", "Country AA")]
    [InlineData("pays aa", "country", "Country AA")]
    [InlineData("region bb", "region", "Region BB, Country BB")]
    [InlineData("subregion", "subregion", "Subregion AA, Region AA, Country AA")]
    [InlineData("obergallen", "district", "Öbergallen, Sankt Gallen, Region AA, Country AA")]
    [InlineData("geneve", "city", "Genève, Country AA")]
    public async Task One_search_finds_places_of_all_types_with_their_labels(string q, string type, string label)
    {
        var first = (await SearchAsync(q))[0]!;

        Assert.Equal((type, label), ((string?)first["type"], (string?)first["label"]));
        Assert.All(await SearchAsync($"{q}&type={type}"), place => Assert.Equal(type, (string?)place!["type"]));
    }

    [Theory]
    [InlineData("q=90210", "90210 Beverly Härbour, Country CC")]
    [InlineData("q=90210 beverly harbour", "90210 Beverly Härbour, Country CC")]
    [InlineData("q=Beverly Harbour, 902-10", "90210 Beverly Härbour, Country CC")]
    [InlineData("q=cc 90210", "90210 Beverly Härbour, Country CC")]
    [InlineData("q=k1a 0b1", "K1A Northtown, Country CC")]
    [InlineData("city=Beverly Harbour&postalCode=902 10", "90210 Beverly Härbour, Country CC")]
    public async Task A_postal_code_is_found_alone_and_with_its_place(string query, string label)
    {
        var found = (await world.Client.GetJsonAsync($"/api/v1/search?{query}&fields=type,label,postalCodeId"))["results"]!.AsArray();

        Assert.Equal(
            ("postalCode", label.Replace("90210", "902 10", StringComparison.Ordinal), null),
            ((string?)found[0]!["type"], (string?)found[0]!["label"], found[0]!["id"]));
        Assert.NotNull(found[0]!["postalCodeId"]);
        Assert.Empty((await world.Client.GetJsonAsync($"/api/v1/search?{query}&country=AA&type=postalCode"))["results"]!.AsArray());
    }

    [Fact]
    public async Task A_score_is_the_match_multiplied_by_1_plus_the_importance()
    {
        var geneva = (await SearchAsync("geneve"))[0]!;

        // A seat of a region has 0.01 more.
        Assert.Equal(1.01 + Math.Pow(Math.Log10(200_000) / 8, 3), (double)geneva["score"]!, 3);
        Assert.InRange((double)(await SearchAsync("genewe"))[0]!["score"]!, 0.5, (double)geneva["score"]! - 0.3);
    }

    [Theory]
    [InlineData("47.42, 9.37")]
    [InlineData("47.42N 9.37E")]
    [InlineData("47.421;9.369")]
    public async Task Coordinates_find_the_place_there(string q)
    {
        var found = await SearchAsync(q);

        Assert.Equal(5000, Id(Assert.Single(found)));
        Assert.InRange((double)found[0]!["distance"]!, 0, 200);
    }

    [Theory]
    [InlineData("...")]
    [InlineData("%25%25%25")]
    [InlineData("%F0%9F%8E%89")]
    public async Task A_text_without_a_letter_or_digit_finds_nothing(string text)
    {
        Assert.Empty(await SearchAsync(text));
        Assert.Empty((await world.Client.GetJsonAsync($"/api/v1/cities/autocomplete?query={text}"))["results"]!.AsArray());
    }

    [Fact]
    public async Task Results_come_in_pages_without_a_count()
    {
        var first = await world.Client.GetJsonAsync("/api/v1/search?q=place&limit=7");
        var second = await world.Client.GetJsonAsync(new Uri((string)first["next"]!).PathAndQuery);
        var both = await world.Client.GetJsonAsync("/api/v1/search?q=place&limit=14");

        Assert.Null(first["count"]);
        Assert.NotNull(second["previous"]);
        Assert.Equal(
            both["results"]!.AsArray().Select(Id),
            first["results"]!.AsArray().Concat(second["results"]!.AsArray()).Select(Id));
    }

    [Fact]
    public async Task Results_can_be_limited_to_a_box_and_a_population()
    {
        Assert.Equal([5001], (await SearchAsync("gen&bbox=6,46,7,47")).Select(Id));
        Assert.Equal([5002], (await SearchAsync("gen&minPopulation=300000&type=city")).Select(Id));
    }

    [Fact]
    public async Task Two_letters_of_latin_script_are_searched_among_the_places_own_names_alone()
    {
        Assert.Contains(5001, (await SearchAsync("cal")).Select(Id));
        Assert.DoesNotContain(5001, (await SearchAsync("ca")).Select(Id));
    }

    [Fact]
    public async Task Districts_are_found_with_their_city_by_all_of_their_names()
    {
        var district = (await SearchAsync("obergallen&fields=name,type,city,cityId,region,country,population,location,featureCode,slug,matchedName"))[0]!;
        var expected = JsonNode.Parse(
            """
            {"id":6000,"name":"Öbergallen","type":"district","city":"Sankt Gallen","cityId":5000,"region":"Region AA","country":"Country AA",
            "population":900,"location":{"longitude":9.38,"latitude":47.43},"featureCode":"PPLX","slug":"obergallen-6000","matchedName":"Öbergallen"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, district), district.ToJsonString());

        Assert.Equal(6000, Id((await SearchAsync("gallen d'en"))[0]));
        Assert.Equal(6000, Id((await SearchAsync("obergalen"))[0]));
        Assert.Equal(6000, Id((await SearchAsync("ober"))[0]));
        Assert.Equal("Gallen d'en haut", (string?)(await SearchAsync("obergallen&lang=fr"))[0]!["name"]);
        Assert.Equal(6001, Id((await SearchAsync("lonely&country=BB"))[0]));
        Assert.Empty(await SearchAsync("lonely&country=AA"));
        Assert.InRange((double)(await SearchAsync("lonely&near=-170,-17.01"))[0]!["distance"]!, 1000, 1200);
    }

    [Fact]
    public async Task A_city_is_told_from_a_district()
    {
        var city = (await SearchAsync("geneve"))[0]!;

        Assert.Equal(("city", null), ((string?)city["type"], (string?)city["city"]));
        Assert.Equal(
            [
                "id", "name", "region", "location", "bbox", "country", "countryCode", "population", "type", "label", "city", "matchedName",
                "matchedLanguage", "matchedRegion", "matchedCountry", "score",
            ],
            city.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task What_begins_with_the_query_is_in_the_order_of_population()
    {
        // Genova is the larger one.
        Assert.Equal([5002, 5001], (await SearchAsync("gen")).Select(Id));
        Assert.Equal([5002, 5001], (await SearchAsync("g&type=city")).Select(Id));
        Assert.Equal(5002, Id((await SearchAsync("genoa"))[0]));
    }

    [Theory]
    [InlineData("Mancester", "Manchester")]
    [InlineData("lonodn", "London")]
    [InlineData("Birminham", "Birmingham")]
    [InlineData("Lecester", "Leicester")]
    [InlineData("Mancheztar", "Manchester")]
    public async Task A_typing_error_does_not_matter(string q, string name)
    {
        var page = await england.Client.GetJsonAsync($"/api/v1/search?q={q}");
        var first = page["results"]![0]!;

        Assert.Equal(name, (string?)first["name"]);
    }

    [Fact]
    public async Task One_letter_is_enough_and_wildcards_are_none()
    {
        var page = await england.Client.GetJsonAsync("/api/v1/search?q=l&limit=5");
        Assert.Equal(5, page["results"]!.AsArray().Count);
        Assert.All(page["results"]!.AsArray(), city => Assert.StartsWith("l", (string)city!["name"]!, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("London", (string?)page["results"]![0]!["name"]);

        foreach (var q in new[] { "%25", "_", "%5C", "___" })
            Assert.Empty((await england.Client.GetJsonAsync($"/api/v1/search?q={q}"))["results"]!.AsArray());
    }

    /// <summary>The index has more names that begin with "sa" than a search reads.</summary>
    [Fact]
    public async Task Short_texts_find_the_largest_cities_and_those_of_a_small_area()
    {
        await using var database = await england.CreateMigratedDatabaseAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO continents (id, code, name) VALUES (1, 'EU', 'Europe');
            INSERT INTO countries (id, code, code3, numeric_code, name, population, continent_id, languages, neighbours)
            VALUES (11, 'AA', 'AAX', 0, 'AA', 0, 1, '{}', '{}'), (12, 'BB', 'BBX', 0, 'BB', 0, 1, '{}', '{}');
            INSERT INTO regions (id, code, name, ascii_name, country_id) VALUES (22, 'R2', 'Region', 'Region', 12);
            INSERT INTO cities (id, name, ascii_name, feature_code, country_id, region_id, population, location)
            SELECT 100 + id, 'Sa' || id, 'Sa', 'PPL', 11, NULL::int, id, ST_SetSRID(ST_MakePoint(10, 10), 4326)
            FROM generate_series(1, 7000) id
            UNION ALL SELECT 1, 'Sazan', 'Sazan', 'PPL', 11, NULL, 500000, ST_SetSRID(ST_MakePoint(20, 20), 4326)
            UNION ALL SELECT 2, 'Sazen', 'Sazen', 'PPL', 12, 22, 0, ST_SetSRID(ST_MakePoint(100, 50), 4326);
            ANALYZE
            """);
        using var client = england.CreateClient(database.ConnectionString);

        foreach (var (query, name) in new[]
        {
            ("", "Sazan"), ("&country=BB", "Sazen"), ("&region=R2", "Sazen"), ("&bbox=99,49,101,51", "Sazen"),
            ("&near=100,50&nearWeight=10", "Sazen"),
        })
        {
            var found = await client.GetJsonAsync($"/api/v1/search?q=sa{query}&type=city&limit=1");
            Assert.Equal(name, (string?)found["results"]![0]!["name"]);
        }
    }

    [Fact]
    public async Task A_search_can_be_limited_to_countries_and_prefer_a_neighbourhood()
    {
        Assert.Empty(await SearchAsync("geneve&country=BB"));
        Assert.Equal(5001, Id((await SearchAsync("geneve&country=aa"))[0]));

        // Next to Genève the smaller city comes first.
        var near = await SearchAsync("gen&near=6.2,46.2");
        Assert.Equal([5001, 5002], near.Select(Id));
        Assert.InRange((double)near[0]!["distance"]!, 1000, 10000);
    }

    [Theory]
    [InlineData("", "q")]
    [InlineData("?q=", "q")]
    [InlineData("?q=a%00", "q")]
    [InlineData("?q=a&limit=101", "limit")]
    [InlineData("?q=a&near=x", "near")]
    [InlineData("?q=a&nearWeight=1", "nearWeight")]
    [InlineData("?q=a&type=town", "type")]
    [InlineData("?q=a&city=b", "q")]
    [InlineData("?q=a&offset=201", "offset")]
    [InlineData("?q=a&bbox=1", "bbox")]
    public async Task A_bad_parameter_is_named(string query, string parameter)
    {
        var problem = await world.Client.GetProblemAsync($"/api/v1/search{query}", HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("lang=fr", "Saint-Gall", "fr")]
    [InlineData("lang=FR-CH", "Saint-Gall", "fr-ch")]
    [InlineData("lang=rm,it", "San Gallo", "rm")]
    [InlineData("lang=rm", "Sankt Gallen", "rm")]
    [InlineData("", "Sankt Gallen", null)]
    public async Task Names_are_in_the_language_that_is_asked_for(string query, string name, string? language)
    {
        using var response = await GetAsync($"/api/v1/cities/5000?{query}", null);

        Assert.Equal(name, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["name"]);
        Assert.Equal(language is null ? [] : [language], response.Content.Headers.ContentLanguage);
    }

    [Theory]
    [InlineData("fr;q=0.5, it", "San Gallo")]
    [InlineData("de-AT, fr;q=0.9", "St. Gallen")]
    [InlineData("*", "Sankt Gallen")]
    [InlineData("it;q=0, fr;q=0.1", "Saint-Gall")]
    public async Task Names_are_in_the_language_that_the_caller_reads(string acceptLanguage, string name)
    {
        using var response = await GetAsync("/api/v1/cities?minPopulation=75000&maxPopulation=75000", acceptLanguage);

        Assert.Equal(name, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["results"]![0]!["name"]);
        Assert.Contains("Accept-Language", response.Headers.Vary);
    }

    [Theory]
    [InlineData("la", "Genève")]
    [InlineData("gsw", "Genève")]
    [InlineData("la,de", "Genf")]
    [InlineData("rm", "GE")]
    public async Task A_historic_or_colloquial_name_never_replaces_a_place_s_own_and_a_short_one_may(string languages, string name)
    {
        using var response = await GetAsync($"/api/v1/cities/5001?lang={languages}", null);

        Assert.Equal(name, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["name"]);
    }

    [Fact]
    public async Task A_historic_name_comes_after_one_of_today()
    {
        using var response = await GetAsync("/api/v1/cities/5001?lang=de", null);

        Assert.Equal("Genf", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!["name"]);
    }

    private async Task<JsonArray> SearchAsync(string q) =>
        (await world.Client.GetJsonAsync($"/api/v1/search?q={q}"))["results"]!.AsArray();

    private async Task<HttpResponseMessage> GetAsync(string path, string? acceptLanguage)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (acceptLanguage is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", acceptLanguage);
        return await world.Client.SendAsync(request, Cancellation);
    }

    private static int Id(JsonNode? city) => (int)city!["id"]!;
}

using System.Net;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests;

/// <summary>Search by name, and names in languages.</summary>
public sealed class SearchTests(WorldFixture world, ApiFixture england)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("genève", "Genève", null, 3)]
    [InlineData("GENEVE", "Genève", null, 3)]
    [InlineData("Genf", "Genf", "de", 2.5)]
    [InlineData("calvino", "Calvinopolis", null, 1.5)]
    [InlineData("saint-g", "Saint-Gall", "fr", 1.5)]
    [InlineData("sankt", "Sankt Gallen", null, 2)]
    public async Task A_city_is_found_by_any_of_its_names(string q, string matched, string? language, double score)
    {
        var city = (await SearchAsync(q))[0]!;

        Assert.Equal((matched, language, score), ((string?)city["matchedName"], (string?)city["matchedLanguage"], (double)city["score"]!));
    }

    [Theory]
    [InlineData("%E6%9D%B1%E4%BA%AC", "東京", 2.5)]
    [InlineData("%E6%9D%B1", "東京", 1.5)]
    [InlineData("%E6%9D%B1%E4%BA%AC%E9%83%BD", "東京都", 2.5)]
    public async Task A_letter_that_is_worth_a_word_is_searched_among_all_names(string q, string matched, double score)
    {
        var city = (await SearchAsync(q))[0]!;

        Assert.Equal((5003, matched, score), (Id(city), (string?)city["matchedName"], (double)city["score"]!));
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
            ["id", "name", "region", "location", "country", "countryCode", "population", "type", "city", "matchedName", "matchedLanguage", "score"],
            city.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task What_begins_with_the_query_is_in_the_order_of_population()
    {
        // Genova is the larger one.
        Assert.Equal([5002, 5001], (await SearchAsync("gen")).Select(Id));
        Assert.Equal([5002, 5001], (await SearchAsync("g")).Select(Id));
        Assert.Equal(5002, Id((await SearchAsync("genoa"))[0]));
    }

    [Theory]
    [InlineData("Mancester", "Manchester")]
    [InlineData("lonodn", "London")]
    [InlineData("Birminham", "Birmingham")]
    [InlineData("Lecester", "Leicester")]
    public async Task A_typing_error_does_not_matter(string q, string name)
    {
        var page = await england.Client.GetJsonAsync($"/api/v1/search?q={q}");
        var first = page["results"]![0]!;

        Assert.Equal(name, (string?)first["name"]);
        Assert.InRange((double)first["score"]!, 0, 1);
    }

    [Fact]
    public async Task One_letter_is_enough_and_wildcards_are_none()
    {
        var page = await england.Client.GetJsonAsync("/api/v1/search?q=l&limit=5");
        Assert.Equal(5, (int)page["count"]!);
        Assert.All(page["results"]!.AsArray(), city => Assert.StartsWith("l", (string)city!["name"]!, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("London", (string?)page["results"]![0]!["name"]);

        foreach (var q in new[] { "%25", "_", "%5C", "___" })
            Assert.Empty((await england.Client.GetJsonAsync($"/api/v1/search?q={q}"))["results"]!.AsArray());
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

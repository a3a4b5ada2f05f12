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

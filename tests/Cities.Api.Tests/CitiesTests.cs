using System.Net;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests;

public sealed class CitiesTests(ApiFixture api)
{
    [Theory]
    [InlineData("/api/v1/cities/2643743/")]
    [InlineData("/api/v1/cities/2643743")]
    public async Task A_city_is_answered_with_its_region_and_location(string path)
    {
        var city = await api.Client.GetJsonAsync(path);

        var expected = JsonNode.Parse(
            """{"id":2643743,"name":"London","region":"England","location":{"longitude":-0.12574,"latitude":51.50853},"origin":"geonames"}""");
        Assert.True(JsonNode.DeepEquals(expected, city), city.ToJsonString());
    }

    [Theory]
    [InlineData("/api/v1/cities/1/")]
    [InlineData("/api/v1/cities/0")]
    [InlineData("/api/v1/cities/London")]
    [InlineData("/api/v1/cities/99999999999999")]
    public async Task An_unknown_city_is_not_found(string path) =>
        await api.Client.GetProblemAsync(path, HttpStatusCode.NotFound);

    [Theory]
    [InlineData("/api/v1/cities/")]
    [InlineData("/api/v1/cities")]
    public async Task The_first_page_has_a_hundred_cities_and_leads_on(string path)
    {
        var page = await api.Client.GetJsonAsync(path);

        Assert.Equal(["count", "next", "previous", "results"], page.AsObject().Select(property => property.Key));
        Assert.Equal(await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"), (long)page["count"]!);
        Assert.Equal(100, page["results"]!.AsArray().Count);
        Assert.Equal($"http://localhost{path}?limit=100&offset=100", (string?)page["next"]);
        Assert.Null(page["previous"]);
    }

    [Fact]
    public async Task Following_the_links_visits_every_city_once_and_leads_back()
    {
        var ids = new List<int>();
        JsonNode page;
        var last = "";
        for (var next = "/api/v1/cities/?limit=500"; next is not null; next = (string?)page["next"])
        {
            page = await api.Client.GetJsonAsync(next);
            ids.AddRange(page["results"]!.AsArray().Select(city => (int)city!["id"]!));
            last = next;
        }

        Assert.Equal(await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"), ids.Count);
        Assert.Equal(ids.Distinct().Order(), ids);

        var visited = 0;
        for (var previous = last; previous is not null; previous = (string?)page["previous"])
        {
            page = await api.Client.GetJsonAsync(previous);
            visited += page["results"]!.AsArray().Count;
        }

        Assert.Equal(ids.Count, visited);
    }

    [Fact]
    public async Task The_link_to_the_first_page_has_no_offset()
    {
        var page = await api.Client.GetJsonAsync("/api/v1/cities/?offset=3&limit=5");

        Assert.Equal("http://localhost/api/v1/cities/?limit=5", (string?)page["previous"]);
        Assert.Equal("http://localhost/api/v1/cities/?limit=5&offset=8", (string?)page["next"]);
    }

    [Fact]
    public async Task A_page_past_the_end_is_empty()
    {
        var page = await api.Client.GetJsonAsync("/api/v1/cities/?offset=10000&limit=1000");

        Assert.Empty(page["results"]!.AsArray());
        Assert.Null(page["next"]);
    }

    [Theory]
    [InlineData("LOND")]
    [InlineData("lond")]
    [InlineData("Lond")]
    [InlineData("l%C3%B6nD")]
    public async Task Autocomplete_finds_a_part_of_a_name_whatever_the_case_and_accents(string query)
    {
        var page = await api.Client.GetJsonAsync($"/api/v1/cities/autocomplete/?query={query}");

        var first = page["results"]![0]!;
        Assert.Equal(["id", "name"], first.AsObject().Select(property => property.Key));
        Assert.Equal((2643743, "London"), ((int)first["id"]!, (string)first["name"]!));
        Assert.Equal(
            await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE name ~* 'lond'"), (long)page["count"]!);
        Assert.All(
            page["results"]!.AsArray(),
            city => Assert.Contains("lond", (string)city!["name"]!, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Autocomplete_prefers_names_that_begin_with_the_query_and_then_larger_cities()
    {
        var names = await NamesAsync("man");

        Assert.Equal("Manchester", names[0]);
        var prefixed = names.TakeWhile(name => name.StartsWith("man", StringComparison.OrdinalIgnoreCase)).Count();
        Assert.InRange(prefixed, 2, names.Length - 1);
        Assert.DoesNotContain(names[prefixed..], name => name.StartsWith("man", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("%25")]
    [InlineData("%EF%BC%85")]
    [InlineData("_")]
    [InlineData("%5C")]
    [InlineData("xyzzy")]
    public async Task Autocomplete_takes_wildcards_for_what_they_are(string query) =>
        Assert.Empty(await NamesAsync(query));

    [Fact]
    public async Task Autocomplete_without_a_query_lists_all_cities()
    {
        var page = await api.Client.GetJsonAsync("/api/v1/cities/autocomplete/?limit=2&query=");

        Assert.Equal(await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"), (long)page["count"]!);
        Assert.Equal("http://localhost/api/v1/cities/autocomplete/?query=&limit=2&offset=2", (string?)page["next"]);
    }

    private async Task<string[]> NamesAsync(string query)
    {
        var page = await api.Client.GetJsonAsync($"/api/v1/cities/autocomplete?query={query}&limit=1000");
        return [.. page["results"]!.AsArray().Select(city => (string)city!["name"]!)];
    }
}

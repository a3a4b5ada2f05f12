using System.Net;

namespace Cities.Api.Tests;

/// <summary>Districts, countries, regions and subregions.</summary>
public sealed class PlacesTests(ApiFixture api)
{
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
            Assert.Equal(["id", "name", "city", "population"], district!.AsObject().Select(property => property.Key));
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
    }

    [Theory]
    [InlineData("/api/v1/countries/", 252)]
    [InlineData("/api/v1/regions", 4)]
    [InlineData("/api/v1/subregions/", 120)]
    public async Task Countries_regions_and_subregions_are_listed(string path, int count)
    {
        var page = await api.Client.GetJsonAsync(path + "?limit=3&offset=1");

        Assert.Equal(count, (int)page["count"]!);
        Assert.Equal(3, page["results"]!.AsArray().Count);
        Assert.Equal($"http://localhost{path}?limit=3", (string?)page["previous"]);
    }

    [Fact]
    public async Task A_region_is_answered_with_its_country()
    {
        var region = await api.Client.GetJsonAsync("/api/v1/regions/6269131/");

        Assert.Equal(
            """{"id":6269131,"code":"ENG","name":"England","country":"United Kingdom","countryCode":"GB"}""",
            region.ToJsonString());
    }

    [Fact]
    public async Task A_subregion_is_answered_with_its_region_and_country()
    {
        var id = await api.Database.ScalarAsync<int>("SELECT id FROM subregions WHERE code = 'GLA'");

        var subregion = await api.Client.GetJsonAsync($"/api/v1/subregions/{id}/");

        Assert.Equal(("Greater London", "England", "GB"),
            ((string?)subregion["name"], (string?)subregion["region"], (string?)subregion["countryCode"]));
    }

    [Theory]
    [InlineData("/api/v1/countries/XX/")]
    [InlineData("/api/v1/countries/1/")]
    [InlineData("/api/v1/countries/Ireland/")]
    [InlineData("/api/v1/regions/1/")]
    [InlineData("/api/v1/subregions/1/")]
    [InlineData("/api/v1/nonsense/")]
    public async Task What_is_unknown_is_not_found(string path) =>
        await api.Client.GetProblemAsync(path, HttpStatusCode.NotFound);
}

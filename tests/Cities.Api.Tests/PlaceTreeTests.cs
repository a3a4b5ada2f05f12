using System.Net;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests;

/// <summary>Places of all types, and the tree that they form.</summary>
public sealed class PlaceTreeTests(WorldFixture world)
{
    [Theory]
    [InlineData(1, "continent", "Europe")]
    [InlineData(11, "country", "Country AA")]
    [InlineData(21, "region", "Region AA")]
    [InlineData(31, "subregion", "Subregion AA")]
    [InlineData(5000, "city", "Sankt Gallen")]
    [InlineData(6000, "district", "Öbergallen")]
    public async Task A_place_of_any_type_is_found_by_its_id(int id, string type, string name)
    {
        var place = await world.Client.GetJsonAsync($"/api/v1/places/{id}?type={type}");

        Assert.Equal((id, type, name), ((int)place["id"]!, (string)place["type"]!, (string)place["name"]!));
        Assert.Equal(place.ToJsonString(), (await world.Client.GetJsonAsync($"/api/v1/places/{id}")).ToJsonString());
        var other = type == "city" ? "region" : "city";
        await world.Client.GetProblemAsync($"/api/v1/places/{id}?type={other}", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(6000, "1 continent Europa, 11 country Country AA, 21 region Regiun AA, 31 subregion Subregion AA, 5000 city Sankt Gallen, 6000 district Öbergallen")]
    [InlineData(6001, "1 continent Europa, 12 country Country BB, 6001 district Lonely Quarter")]
    [InlineData(5000, "1 continent Europa, 11 country Country AA, 5000 city Sankt Gallen")]
    [InlineData(31, "1 continent Europa, 11 country Country AA, 21 region Regiun AA, 31 subregion Subregion AA")]
    [InlineData(1, "1 continent Europa")]
    public async Task The_hierarchy_leads_from_the_continent_to_the_place_in_the_language_of_the_client(int id, string expected)
    {
        var page = await world.Client.GetJsonAsync($"/api/v1/places/{id}/hierarchy?lang=rm");

        Assert.Equal(expected, string.Join(", ", page["results"]!.AsArray().Select(place => $"{place!["id"]} {place["type"]} {place["name"]}")));
    }

    [Fact]
    public async Task Children_are_the_places_below_and_those_that_lack_a_level_between()
    {
        Assert.Equal([11, 12, 13], await ChildrenAsync(1));
        Assert.Equal(
            world.Cities.Where(city => city.CountryId == 11 && city.RegionId is null && city.SubregionId is null).Select(city => city.Id).Prepend(21),
            await ChildrenAsync(11));
        Assert.Equal(
            world.Cities.Where(city => city.RegionId == 21 && city.SubregionId is null).Select(city => city.Id).Prepend(31),
            await ChildrenAsync(21));
        Assert.Equal(world.Cities.Where(city => city.SubregionId == 31).Select(city => city.Id), await ChildrenAsync(31));
        Assert.Equal([6000], await ChildrenAsync(5000));
        Assert.Equal([], await ChildrenAsync(6000));
        Assert.Contains(6001, await ChildrenAsync(12));
    }

    [Fact]
    public async Task Children_come_in_pages()
    {
        var all = await ChildrenAsync(31);
        var first = await world.Client.GetJsonAsync("/api/v1/places/31/children?limit=2&after=");
        var second = await world.Client.GetJsonAsync((string)first["next"]!);

        Assert.Equal(all[..4], Ids(first).Concat(Ids(second)));
        Assert.Equal(all.Count, (int)(await world.Client.GetJsonAsync("/api/v1/places/31/children?limit=1"))["count"]!);
    }

    [Fact]
    public async Task Siblings_are_of_the_same_type_and_have_the_same_parent()
    {
        Assert.Equal([11, 13], await SiblingsAsync(12));
        Assert.Equal([], await SiblingsAsync(1));
        Assert.Equal([], await SiblingsAsync(21));
        Assert.Equal([], await SiblingsAsync(6000));
        var city = world.Cities.First(each => each.SubregionId == 31);
        Assert.Equal(
            world.Cities.Where(each => each.SubregionId == 31 && each.Id != city.Id).Select(each => each.Id), await SiblingsAsync(city.Id));
        Assert.DoesNotContain(21, await SiblingsAsync(5000));
        Assert.Contains(5001, await SiblingsAsync(5000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/hierarchy")]
    [InlineData("/children")]
    [InlineData("/siblings")]
    public Task A_place_that_does_not_exist_is_not_found(string path) =>
        world.Client.GetProblemAsync($"/api/v1/places/999999{path}", HttpStatusCode.NotFound);

    [Fact]
    public async Task A_type_that_does_not_exist_is_named()
    {
        var problem = await world.Client.GetProblemAsync("/api/v1/places/1/children?type=town", HttpStatusCode.BadRequest);

        Assert.NotNull(problem["errors"]!["type"]);
    }

    private Task<List<int>> ChildrenAsync(int id) => IdsAsync($"/api/v1/places/{id}/children?limit=1000");

    private Task<List<int>> SiblingsAsync(int id) => IdsAsync($"/api/v1/places/{id}/siblings?limit=1000");

    private async Task<List<int>> IdsAsync(string path) => Ids(await world.Client.GetJsonAsync(path));

    private static List<int> Ids(JsonNode page) => [.. page["results"]!.AsArray().Select(place => (int)place!["id"]!)];
}

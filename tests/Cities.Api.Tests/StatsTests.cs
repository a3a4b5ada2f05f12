using System.Net;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Tests;

public sealed class StatsTests(ApiFixture api, WorldFixture world)
{
    [Fact]
    public async Task Everything_is_counted()
    {
        var counts = (await api.Client.GetJsonAsync("/api/v1/stats"))["counts"]!.AsObject();

        Assert.Equal(
            ["cities", "districts", "countries", "regions", "subregions", "postalCodes", "alternativeNames"], counts.Select(count => count.Key));
        foreach (var (name, count) in counts)
        {
            var table = name switch { "postalCodes" => "postal_codes", "alternativeNames" => "alternative_names", _ => name };
            Assert.Equal(await api.Database.ScalarAsync<long>($"SELECT count(*) FROM {table}"), (long)count!);
        }

        Assert.True((long)counts["cities"]! > 2000 && (long)counts["districts"]! > 0, counts.ToJsonString());
    }

    [Fact]
    public async Task Cities_and_their_inhabitants_are_counted_by_country()
    {
        var countries = (await world.Client.GetJsonAsync("/api/v1/stats"))["countries"]!.AsArray();

        Assert.Equal(
            world.Cities.GroupBy(city => city.CountryId).OrderBy(country => country.Key)
                .Select(country => (country.LongCount(), country.Sum(city => city.Population))),
            countries.Select(country => ((long)country!["cities"]!, (long)country["population"]!)));
        Assert.Equal(
            [("AA", "Country AA"), ("BB", "Country BB"), ("CC", "Country CC")],
            countries.Select(country => ((string?)country!["code"], (string?)country["name"])));
    }

    [Fact]
    public async Task Each_import_is_seen_with_its_version_and_its_end_and_one_that_failed_is_not()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        var first = await client.GetJsonAsync("/api/v1/stats");
        Assert.Equal((1, "import", "the bundled sample"), Of(first));
        Assert.Equal(
            await database.ScalarAsync<DateTime>("SELECT finished_at FROM import_runs WHERE id = 1"),
            (DateTime)first["lastImport"]!["finishedAt"]!);
        var etag = await client.GetETagAsync("/api/v1/stats");

        await database.ExecuteAsync("DELETE FROM districts");
        await database.RecordRunAsync(Data.Entities.ImportOutcome.Failed);
        await HttpTesting.NextVersionCheckAsync();
        Assert.Equal(first.ToJsonString(), (await client.GetJsonAsync("/api/v1/stats")).ToJsonString());

        await database.RecordRunAsync();
        await HttpTesting.EventuallyAsync(async () => await client.GetETagAsync("/api/v1/stats") != etag);
        var second = await client.GetJsonAsync("/api/v1/stats");
        Assert.Equal((3, "import", null), Of(second));
        Assert.NotEqual((string?)first["version"], (string?)second["version"]);
        Assert.NotEqual(0, (int)first["counts"]!["districts"]!);
        Assert.Equal(0, (int)second["counts"]!["districts"]!);

        static (int, string?, string?) Of(JsonNode stats) =>
            ((int)stats["lastImport"]!["id"]!, (string?)stats["lastImport"]!["operation"], (string?)stats["lastImport"]!["source"]);
    }

    [Fact]
    public async Task What_was_counted_is_not_counted_again_for_another_client()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString, ("Api:Cache:Output", "false"));
        var first = await client.GetJsonAsync("/api/v1/stats");

        await database.ExecuteAsync("ALTER TABLE cities RENAME TO cities_elsewhere");

        using var other = await client.AskAsync("/api/v1/stats", ("Accept-Language", "de"));
        Assert.Equal(first.ToJsonString(), JsonNode.Parse(await other.BytesAsync())!.ToJsonString());
    }

    [Fact]
    public async Task Before_the_first_import_there_is_nothing_and_no_version()
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);

        using var response = await client.AskAsync("/api/v1/stats");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        var stats = JsonNode.Parse(await response.BytesAsync())!;
        Assert.Null(stats["version"]);
        Assert.Null(stats["lastImport"]);
        Assert.Empty(stats["countries"]!.AsArray());
        Assert.All(stats["counts"]!.AsObject(), count => Assert.Equal(0, (int)count.Value!));
    }
}

using System.Globalization;
using System.Net;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>The time zone at a point, from the city nearest to it.</summary>
public sealed class TimezoneTests(ApiFixture api, WorldFixture world)
{
    [Fact]
    public async Task The_zone_has_its_offset_and_local_time_and_names_the_city_it_is_taken_from()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var answer = await api.Client.GetJsonAsync("/api/v1/timezone?lat=51.5072&lon=-0.1276");

        Assert.Equal("Europe/London", (string?)answer["timezone"]);
        var local = DateTimeOffset.Parse((string)answer["localTime"]!, CultureInfo.InvariantCulture);
        Assert.InRange(local, before, DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById("Europe/London").GetUtcOffset(local), local.Offset);
        Assert.Equal(local.ToString("zzz", CultureInfo.InvariantCulture), (string?)answer["offset"]);
        var nearest = await api.Client.GetJsonAsync("/api/v1/reverse?lat=51.5072&lon=-0.1276");
        foreach (var name in new[] { "id", "name", "countryCode", "location", "distance" })
            Assert.Equal(nearest[name]!.ToJsonString(), answer["place"]![name]!.ToJsonString());
    }

    [Fact]
    public async Task A_city_without_a_zone_is_passed_over()
    {
        var without = world.Cities.First(city => city.Timezone is null);
        var answer = await world.Client.GetJsonAsync(
            FormattableString.Invariant($"/api/v1/timezone?lat={without.Location.Y}&lon={without.Location.X}"));

        Assert.Equal(("Etc/UTC", "+00:00"), ((string)answer["timezone"]!, (string)answer["offset"]!));
        Assert.NotEqual(without.Id, (int)answer["place"]!["id"]!);
        Assert.True((double)answer["place"]!["distance"]! > 0);
    }

    [Fact]
    public async Task A_zone_that_the_database_does_not_know_has_no_offset()
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        using var client = api.CreateClient(database.ConnectionString);
        await client.GetProblemAsync("/api/v1/timezone?lat=0&lon=0", HttpStatusCode.NotFound);
        await database.ExecuteAsync(
            """
            INSERT INTO continents (id, code, name) VALUES (1, 'EU', 'Europe');
            INSERT INTO countries (id, code, code3, numeric_code, name, population, continent_id, languages, neighbours)
            VALUES (2, 'AA', 'AAA', 1, 'A', 0, 1, '{}', '{}');
            INSERT INTO cities (id, name, ascii_name, feature_code, country_id, population, timezone, location)
            VALUES (3, 'Olympus', 'Olympus', 'PPL', 2, 0, 'Mars/Olympus', 'SRID=4326;POINT(1 1)')
            """);

        var answer = await client.GetJsonAsync("/api/v1/timezone?lat=0&lon=0");

        Assert.Equal("Mars/Olympus", (string?)answer["timezone"]);
        Assert.Null(answer["offset"]);
        Assert.Null(answer["localTime"]);
    }

    [Fact]
    public async Task No_cache_keeps_the_time()
    {
        using var response = await api.Client.GetAsync(
            new Uri("/api/v1/timezone?lat=51.5072&lon=-0.1276", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
    }
}

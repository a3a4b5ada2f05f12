using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>
/// Two replicas behind a proxy that asks them in turn: what they answer fits together, also while an import lands. Against the
/// image (CITIES_TEST_API_IMAGE) they are two processes.
/// </summary>
public sealed class ReplicaTests(ApiFixture api)
{
    [Fact]
    public async Task Pages_from_either_replica_neither_repeat_nor_leave_out_a_city_while_an_import_lands()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var database = await api.CreateSampleDatabaseAsync();
        using var first = api.CreateClient(database.ConnectionString);
        using var second = api.CreateClient(database.ConnectionString);
        HttpClient[] replicas = [first, second];
        var lasting = await database.ScalarAsync<int[]>("SELECT array_agg(id ORDER BY id) FROM cities WHERE population >= 5000");

        var (seen, pages) = (new List<int>(), 0);
        for (string? next = "/api/v1/cities?after=&limit=100"; next is not null; pages++)
        {
            var page = await replicas[pages % 2].GetJsonAsync(next);
            seen.AddRange(page["results"]!.AsArray().Select(city => (int)city!["id"]!));
            next = (string?)page["next"];
            // Half of the cities go, in the middle of the reading.
            if (pages == 5)
                await database.ImportSampleAsync(cancellation, minimumPopulation: 5000);
        }

        Assert.True(pages > 10);
        Assert.Equal(seen.Distinct().Order(), seen);
        Assert.Empty(lasting.Except(seen));
        // Both know of the import by then, and say the same with the same ETag.
        await HttpTesting.NextVersionCheckAsync();
        Assert.Equal(await first.GetETagAsync("/api/v1/cities"), await second.GetETagAsync("/api/v1/cities"));
        foreach (var replica in replicas)
            Assert.Equal(lasting.Length, (int)(await replica.GetJsonAsync("/api/v1/cities"))["count"]!);
    }
}

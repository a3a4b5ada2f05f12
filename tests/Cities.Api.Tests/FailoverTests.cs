using System.Diagnostics;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>The API while the primary is killed and its standby promoted, and after that: docs/reliability.md.</summary>
public sealed class FailoverTests(ApiFixture api, StreamingPostgres postgres) : IClassFixture<StreamingPostgres>
{
    [Fact]
    public async Task Reads_go_on_while_the_standby_is_promoted_and_see_what_is_then_imported()
    {
        Assert.SkipUnless(postgres.IsInstalled, StreamingPostgres.Missing);
        var cancellation = TestContext.Current.CancellationToken;
        var database = await postgres.CreateDatabaseAsync();
        await database.ImportSampleAsync(cancellation);
        await postgres.CatchUpAsync();
        using var client = api.CreateClient(postgres.ConnectionStringOf(database), ("Api:Cache:Output", "false"));

        var refused = await Trickle.RideOutAsync(client, async () =>
        {
            await postgres.Primary.KillAsync();
            await postgres.Standby.PromoteAsync();
        });
        Assert.Equal(0, refused);

        // A place of less than 5,000 people, as long as it is there.
        const string nearest = "/api/v1/cities/nearest?lat=50.3&lon=-3.8";
        var old = await Trickle.AskAsync(client, nearest);
        await postgres.Standby.Open(database).ImportSampleAsync(cancellation, minimumPopulation: 5000);
        var imported = Stopwatch.GetTimestamp();
        await HttpTesting.EventuallyAsync(async () =>
        {
            var answer = await Trickle.AskAsync(client, nearest);
            return answer.IsSuccess && answer.ETag != old.ETag && answer.Body != old.Body;
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"seen {Stopwatch.GetElapsedTime(imported).TotalSeconds:0.00} s after the import");
    }
}

using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>The API on what is restored from a backup: docs/reliability.md.</summary>
public sealed class BackupTests(ApiFixture api, PrivatePostgres postgres) : IClassFixture<PrivatePostgres>
{
    [Fact]
    public async Task A_restored_database_is_answered_from_with_the_same_bytes_and_ETags()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        var database = await postgres.CreateDatabaseAsync();
        await database.ImportSampleAsync(TestContext.Current.CancellationToken);
        using var client = api.CreateClient(database.ConnectionString);

        var copy = await postgres.RestoreCopyAsync(database);
        using var clientOfCopy = api.CreateClient(copy.ConnectionString);

        foreach (var path in new[]
        {
            "/api/v1/cities?limit=1000", "/api/v1/search?q=lodnon", "/api/v1/cities/autocomplete?query=new",
            "/api/v1/cities/nearest?lat=51.5&lon=-0.1", "/api/v1/postal-codes", "/api/v1/stats", "/api/v1/imports",
        })
        {
            var expected = await Trickle.AskAsync(client, path);
            var answer = await Trickle.AskAsync(clientOfCopy, path);
            Assert.True(expected.IsSuccess, expected.Body);
            Assert.Equal((expected.ETag, expected.Body), (answer.ETag, answer.Body));
        }
    }
}

using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The importer after the primary is gone and its standby has been promoted.</summary>
public sealed class FailoverTests(StreamingPostgres postgres) : IClassFixture<StreamingPostgres>
{
    [Fact]
    public async Task It_writes_to_the_promoted_standby_with_the_connection_string_of_before()
    {
        Assert.SkipUnless(postgres.IsInstalled, StreamingPostgres.Missing);
        using var folder = new GeoNamesFolder();
        GeneratedFiles.Write(folder, version: 1);
        var database = await postgres.CreateDatabaseAsync();
        await ImportAsync(database, folder);
        await postgres.CatchUpAsync();

        await postgres.Primary.KillAsync();
        await postgres.Standby.PromoteAsync();
        GeneratedFiles.Write(folder, version: 2);
        await ImportAsync(database, folder);

        Assert.Equal(GeneratedFiles.Whole(2), await postgres.Standby.Open(database).ScalarAsync<string>(GeneratedFiles.Versions));
    }

    private async Task ImportAsync(TestDatabase database, GeoNamesFolder folder)
    {
        using var importer = new ImporterProcess(
            database, folder, "--connection-string", postgres.ConnectionStringOf(database));
        await importer.AssertExitsAsync(ExitCode.Success, TestContext.Current.CancellationToken);
    }
}

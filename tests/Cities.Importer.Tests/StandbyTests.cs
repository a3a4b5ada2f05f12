using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The importer with the connection string of an API that reads from a standby.</summary>
public sealed class StandbyTests(StreamingPostgres postgres) : IClassFixture<StreamingPostgres>
{
    [Theory]
    [InlineData("")]
    [InlineData("Target Session Attributes=prefer-standby;Load Balance Hosts=true")]
    public async Task It_writes_to_the_primary_whatever_the_connection_string_prefers(string preference)
    {
        Assert.SkipUnless(postgres.IsInstalled, StreamingPostgres.Missing);
        using var folder = new GeoNamesFolder();
        GeneratedFiles.Write(folder, version: 1);
        var database = await postgres.CreateDatabaseAsync();
        await postgres.CatchUpAsync();

        using var importer = new ImporterProcess(
            database, folder, "--connection-string", $"{postgres.ConnectionStringOf(database)};{preference}");
        await importer.AssertExitsAsync(ExitCode.Success, TestContext.Current.CancellationToken);

        await postgres.CatchUpAsync();
        Assert.Equal(GeneratedFiles.Whole(1), await postgres.Standby.Open(database).ScalarAsync<string>(GeneratedFiles.Versions));
    }
}

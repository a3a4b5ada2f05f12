using Cities.Data.Entities;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>An importer that waits for requests, and a database that goes away and comes back.</summary>
public sealed class ImportJobOutageTests(StreamingPostgres postgres) : IClassFixture<StreamingPostgres>
{
    [Fact]
    public async Task It_waits_for_the_database_and_then_runs_what_it_is_asked_for()
    {
        Assert.SkipUnless(postgres.IsInstalled, StreamingPostgres.Missing);
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new GeoNamesFolder();
        var database = await postgres.CreateDatabaseAsync();
        using var importer = new ImporterProcess(database, folder, "serve");
        await database.WaitForAsync(await database.AskAsync(), ImportRequestState.Succeeded);

        await postgres.Primary.StopAsync();
        await importer.WaitForAsync("Import jobs wait: the database does not answer", cancellation);
        // Long enough for it to look again, in vain.
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        await postgres.Primary.StartAsync();
        await importer.WaitForAsync("The database answers again", cancellation);

        // The test's own connections from before are dead.
        database = PostgisServer.At($"{postgres.Primary.ConnectionString};Application Name=restarted").Open(database.Name);
        await database.WaitForAsync(await database.AskAsync(request => request.Force = true), ImportRequestState.Succeeded);
        importer.Terminate();
        await importer.AssertExitsAsync(ExitCode.Success, cancellation, within: TimeSpan.FromSeconds(5));
        Assert.Single(importer.Output.Split('\n'), line => line.Contains("Import jobs wait", StringComparison.Ordinal));
    }
}

using Cities.Importer.Sources;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>What is restored from a backup: docs/reliability.md.</summary>
public sealed class BackupTests(PrivatePostgres postgres) : IClassFixture<PrivatePostgres>
{
    [Fact]
    public async Task A_restored_database_is_the_same_and_can_be_imported_into()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        var cancellation = TestContext.Current.CancellationToken;
        var database = await postgres.CreateDatabaseAsync();
        await database.ImportSampleAsync(cancellation);

        var copy = await postgres.RestoreCopyAsync(database);

        Assert.Equal(await database.ContentAsync(), await copy.ContentAsync());
        Assert.Equal(await HistoryAsync(database), await HistoryAsync(copy));
        Assert.Equal(await database.SchemaAsync(), await copy.SchemaAsync());

        // The same files change nothing. A forced import of all files results in the same data.
        Assert.Null(await copy.ImportSampleAsync(cancellation));
        Assert.NotNull(await copy.ImportAsync(FolderSource.Sample, TestDatabase.SampleOptions with { Force = true }, cancellation));
        Assert.Equal(await database.ContentAsync(), await copy.ContentAsync());
    }

    private static Task<string> HistoryAsync(TestDatabase database) =>
        database.ScalarAsync<string>("SELECT string_agg(run::text, E'\n' ORDER BY id) FROM import_runs AS run");
}

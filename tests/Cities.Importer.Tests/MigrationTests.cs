using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>Importers that start at the same moment, before a database that has to be migrated.</summary>
public sealed class MigrationTests(PostgisServer server) : ImportTest(server)
{
    private const int Importers = 6;

    [Fact]
    public async Task Each_that_finds_an_empty_database_leaves_a_migrated_one()
    {
        await EmptyDatabaseAsync();
        await MigrateAtOnceAsync();
        Assert.Equal(0, await CountAsync("cities"));
    }

    [Fact]
    public async Task Each_that_finds_no_database_leaves_a_migrated_one()
    {
        await Database.DisposeAsync();
        await MigrateAtOnceAsync();
        Assert.Equal(0, await CountAsync("cities"));
    }

    [Fact]
    public async Task One_that_finds_another_at_work_migrates_nothing_and_says_so()
    {
        await EmptyDatabaseAsync();
        await using (await OpenOtherImporterAsync())
        {
            using var importer = new ImporterProcess(Database, Folder, "--lock-timeout", "00:00:00");
            await importer.AssertExitsAsync(ExitCode.Locked, Cancellation);
            Assert.Contains("Another importer is working on this database", importer.Output, StringComparison.Ordinal);
        }

        Assert.False(await Database.ScalarAsync<bool>("SELECT to_regclass('cities') IS NOT NULL"));
    }

    private Task MigrateAtOnceAsync() =>
        Task.WhenAll(Enumerable.Range(0, Importers).Select(_ => Database.MigrateAsync(Cancellation)));
}

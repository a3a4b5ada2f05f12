using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The importer and a server that crashes or runs out of space; and what an import has the server write.</summary>
public sealed class ServerCrashTests(PrivatePostgres postgres) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    /// <summary>More than a WAL segment, which the server cannot do without.</summary>
    private const long SmallFile = 17 << 20;

    private readonly GeoNamesFolder _folder = new();
    private TestDatabase _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(postgres.IsInstalled, PrivatePostgres.Missing);
        _database = await postgres.CreateDatabaseAsync();
        GeneratedFiles.Write(_folder, version: 1);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    [Theory]
    [InlineData("dump/GB.zip")]
    [InlineData("Merging districts")]
    public async Task A_server_that_crashes_recovers_with_the_old_data(string phase)
    {
        await ImportAsync();
        var old = await _database.ContentAsync();
        GeneratedFiles.Write(_folder, version: 2, cities: 100_000);

        using (var importer = new ImporterProcess(_database, _folder))
        {
            await importer.WaitForPhaseAsync(phase, Cancellation);
            await postgres.CrashAsync();
            await importer.AssertExitsAsync(ExitCode.DatabaseUnavailable, Cancellation);
        }

        _database = postgres.Open(_database);
        Assert.Equal(old, await _database.ContentAsync());
        await ImportAsync();
        Assert.Equal(100_000, await _database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE population = 2"));
    }

    [Fact]
    public async Task A_full_disk_is_named_and_changes_nothing()
    {
        await ImportAsync();
        var old = await _database.ContentAsync();
        GeneratedFiles.Write(_folder, version: 2, cities: 130_000);

        await postgres.RestartAsync(SmallFile);
        try
        {
            _database = postgres.Open(_database);
            using var importer = new ImporterProcess(_database, _folder);
            await importer.AssertExitsAsync(ExitCode.DatabaseUnavailable, Cancellation);
            Assert.Contains("could not extend file", importer.Output, StringComparison.Ordinal);
            Assert.Equal(old, await _database.ContentAsync());
        }
        finally
        {
            await postgres.RestartAsync(fileSizeLimit: null);
        }

        _database = postgres.Open(_database);
        Assert.Equal(old, await _database.ContentAsync());
        await ImportAsync();
        Assert.Equal(130_000, await _database.ScalarAsync<long>("SELECT count(*) FROM cities WHERE population = 2"));
    }

    [Fact]
    public async Task Files_that_have_not_changed_write_next_to_no_WAL()
    {
        var first = await WrittenAsync(force: false);
        var unchanged = await WrittenAsync(force: false);
        var forced = await WrittenAsync(force: true);

        // The record of a run and the catalog's rows of temporary tables are written, however many rows the files have.
        Assert.InRange(first, 5_000_000, long.MaxValue);
        Assert.InRange(unchanged, 0, 10_000);
        Assert.InRange(forced, 0, 1_000_000);
    }

    private async Task<long> WrittenAsync(bool force)
    {
        var before = await PositionAsync();
        await ImportAsync(force);
        return await PositionAsync() - before;

        async Task<long> PositionAsync() =>
            (long)await _database.ScalarAsync<decimal>("SELECT pg_current_wal_insert_lsn() - '0/0'");
    }

    private async Task ImportAsync(bool force = false) => await _database.ImportAsync(
        _folder.Source,
        new ImportOptions { LockTimeout = TimeSpan.Zero, RejectsFolder = Path.Combine(_folder.Path, "rejects"), Force = force },
        Cancellation);
}

using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>The API in front of a server whose disk is full.</summary>
public sealed class FullDiskTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>All cities, in an order that no index has, of which the server keeps a part in a file.</summary>
    private const string Sorted = "/api/v1/cities?f=ndjson&near=0,52&orderBy=-distance";

    private const string Disk = "400m";

    private PostgresShell? _shell;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _shell = await PostgresShell.StartAsync();
        Assert.SkipWhen(_shell is null, PrivatePostgres.Missing);
        var answer = await _shell.RunAsync(
            $"""
            disk='{_shell.Folder}/disk'
            mkdir "$disk"
            if mount -t tmpfs -o size={Disk} tmpfs "$disk" 2>/dev/null; then
              trap 'postgres_stop; umount -l "$disk"' EXIT
              postgres_start_cluster "$disk/cluster" fsync=off autovacuum=off max_connections=50 max_wal_size=64MB work_mem=64kB
              echo "$POSTGRES"
            fi
            """);
        Assert.SkipWhen(answer.Length == 0, "Only root can make a disk to fill.");
        _database = await PostgisServer.At(answer.Split('\n')[^1]).CreateDatabaseAsync();
        await _database.ImportSampleAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
            await _shell.DisposeAsync();
    }

    [Fact]
    public async Task Reads_go_on_and_what_needs_a_file_is_refused_until_there_is_room()
    {
        using var client = CreateClient();
        var sorted = await Trickle.AskAsync(client, Sorted);
        Assert.True(sorted.IsSuccess);

        await Trickle.RideOutAsync(client, async () =>
        {
            // To the last byte, or nearly so.
            await _shell!.RunAsync("for size in 64k 512; do dd if=/dev/zero of=\"$disk/filler-$size\" bs=$size 2>/dev/null; done");
            try
            {
                Assert.False((await Trickle.AskAsync(client, Sorted)).IsSuccess);
                // On new connections as well.
                using var another = CreateClient();
                await Trickle.RideOutAsync(another, () => Task.CompletedTask);
                Assert.False((await Trickle.AskAsync(another, Sorted)).IsSuccess);
            }
            finally
            {
                await _shell.RunAsync("rm \"$disk\"/filler-*");
            }
        });

        var again = await Trickle.AskAsync(client, Sorted);
        Assert.Equal(sorted with { Took = again.Took }, again);
    }

    private HttpClient CreateClient() => api.CreateClient(_database.ConnectionString, ("Api:Cache:Output", "false"));
}

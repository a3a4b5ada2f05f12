using Cities.Importer.Database;
using Cities.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>
/// The importer stopped with SIGTERM, or left by its database or its source, in the midst of what a test makes last: nothing
/// is changed, and the next run succeeds.
/// </summary>
public sealed class StopTests(PostgisServer server) : ImportTest(server)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>Phases of a first import, and of one of changed files, in which it can be held up.</summary>
    public static TheoryData<string> Phases =>
    [
        "dump/GB.zip", "Indexing cities", "Indexing postal_codes", "Replacing empty tables", "Deleting removed rows",
        "Merging districts",
    ];

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task SIGTERM_in_the_middle_ends_it_and_changes_nothing(string phase)
    {
        var old = await PrepareAsync(phase);
        await using (await HoldUpAsync(phase))
        {
            using var importer = await StartAsync(phase);
            await AssertCancelledAsync(importer);
            await AssertUnchangedAsync(old);
            Assert.Equal("", await Database.BuildSchemasAsync());
        }

        await AssertNextRunSucceedsAsync();
    }

    [Theory]
    [InlineData("Indexing cities", @"Indexing cities: \d+ of \d+, \d+ s so far")]
    [InlineData("Deleting removed rows", @"Deleting removed rows: \d+ s so far")]
    [InlineData("Committing", @"Committing: \d+ s so far")]
    public async Task A_phase_that_takes_long_says_so_every_few_seconds(string phase, string line)
    {
        await PrepareAsync(phase);
        await using (await HoldUpAsync(phase))
        {
            using var importer = await StartAsync(phase);
            await importer.WaitForAsync(" so far", Cancellation);
            await importer.WaitForAsync(" so far", Cancellation);
            Assert.Matches($"info     {line}", importer.Output);
        }
    }

    [Fact]
    public async Task SIGTERM_while_another_import_is_waited_for_changes_nothing()
    {
        var old = await PrepareAsync("Merging districts");
        await using (await OpenOtherImporterAsync())
        {
            using var importer = new ImporterProcess(Database, Folder);
            await importer.WaitForAsync("Another importer is working on this database", Cancellation);
            await AssertCancelledAsync(importer);
            await AssertUnchangedAsync(old);
        }

        await AssertNextRunSucceedsAsync();
    }

    [Fact]
    public async Task One_that_stays_runs_again_and_ends_with_success_when_it_is_told_to()
    {
        GeneratedFiles.Write(Folder, version: 1);
        using var importer = new ImporterProcess(Database, Folder, "--every", "00:00:01");
        await importer.WaitForAsync("The next run is in", Cancellation);
        await importer.WaitForAsync("No changes have been published", Cancellation);
        await importer.WaitForAsync("The next run is in", Cancellation);
        importer.Terminate();
        await importer.AssertExitsAsync(ExitCode.Success, Cancellation, within: TimeSpan.FromSeconds(5));
        Assert.Equal(GeneratedFiles.Whole(version: 1), await Database.ScalarAsync<string>(GeneratedFiles.Versions));
    }

    [Fact]
    public async Task SIGTERM_during_a_download_that_stalls_changes_nothing()
    {
        var old = await PrepareAsync("Merging districts");
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        var stalled = new TaskCompletionSource();
        files.Misbehave = async (context, name) =>
        {
            if (name != "dump/GB.zip")
                return false;
            context.Response.ContentLength = 1_000_000;
            await context.Response.WriteAsync("PK", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            stalled.SetResult();
            await Task.Delay(Timeout, context.RequestAborted);
            return true;
        };

        using var importer = new ImporterProcess(Database, Folder, "--source", files.Address);
        await stalled.Task.WaitAsync(Timeout, Cancellation);
        await AssertCancelledAsync(importer);
        await AssertUnchangedAsync(old);
        await AssertNextRunSucceedsAsync();
    }

    [Fact]
    public async Task A_download_that_is_cut_until_it_is_given_up_changes_nothing_and_the_next_run_goes_on_with_it()
    {
        const string Name = "dump/GB.zip";
        const int Part = 10_000;
        var old = await PrepareAsync("Merging districts");
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        files.Misbehave = async (context, name) =>
        {
            if (name != Name)
                return false;
            var file = await File.ReadAllBytesAsync(Path.Combine(Folder.Path, name), Cancellation);
            var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
            context.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
            context.Response.GetTypedHeaders().ETag = FileServer.EntityTag;
            if (from > 0)
                context.Response.GetTypedHeaders().ContentRange = new(from, file.Length - 1, file.Length);
            context.Response.ContentLength = file.Length - from;
            await context.Response.Body.WriteAsync(file.AsMemory(from, Part), Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            // Time to take what has come.
            await Task.Delay(TimeSpan.FromMilliseconds(200), Cancellation);
            context.Abort();
            return true;
        };

        string[] arguments = ["--source", files.Address, "--no-sample"];
        using (var importer = new ImporterProcess(Database, Folder, arguments))
            await importer.AssertExitsAsync(ExitCode.SourceUnavailable, Cancellation);
        await AssertUnchangedAsync(old);
        Assert.Equal(
            [Name, $"{Name} bytes={Part}-", $"{Name} bytes={2 * Part}-", $"{Name} bytes={3 * Part}-"],
            files.TakeRequests().Where(request => request.StartsWith(Name, StringComparison.Ordinal)));

        files.Misbehave = (_, _) => Task.FromResult(false);
        using (var importer = new ImporterProcess(Database, Folder, arguments))
            await importer.AssertExitsAsync(ExitCode.Success, Cancellation);
        Assert.Contains($"{Name} bytes={4 * Part}-", files.TakeRequests());
        Assert.Equal(GeneratedFiles.Whole(version: 2), await Database.ScalarAsync<string>(GeneratedFiles.Versions));
    }

    [Theory]
    [InlineData("Files from")]
    [InlineData("Committing")]
    [MemberData(nameof(Phases))]
    public async Task Sessions_that_the_server_ends_change_nothing(string phase)
    {
        var old = await PrepareAsync(phase);
        await using (await HoldUpAsync(phase))
        {
            using var importer = await StartAsync(phase);
            Assert.NotEqual(0, await Database.ScalarAsync<long>(
                $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {DatabaseState.IsImporter}"));
            await importer.AssertExitsAsync(ExitCode.DatabaseUnavailable, Cancellation);
            Assert.Contains("The database cannot be reached: ", importer.Output, StringComparison.Ordinal);
            await AssertUnchangedAsync(old);
        }

        await AssertNextRunSucceedsAsync();
    }

    /// <summary>Brings the database to where an import has the phase, and writes files for it.</summary>
    /// <returns>The content.</returns>
    private async Task<string> PrepareAsync(string phase)
    {
        GeneratedFiles.Write(Folder, version: 1);
        await ImportAsync(Options("GB"));
        if (phase.StartsWith("Indexing", StringComparison.Ordinal) || phase.StartsWith("Replacing", StringComparison.Ordinal))
            await FlushAsync("all");
        // Enough of them that a signal comes while they are being copied.
        GeneratedFiles.Write(Folder, version: 2, cities: phase == "dump/GB.zip" ? 100_000 : GeneratedFiles.Cities);
        return await Database.ContentAsync();
    }

    /// <summary>Holds up the importer in a phase, or at the latest in the next that can be, until the end of what is returned.</summary>
    private async Task<IAsyncDisposable> HoldUpAsync(string phase)
    {
        if (phase.Split(' ') is ["Indexing", var table])
            return await LastingIndex.CreateAsync(Database, table);
        var session = await OpenAsync();
        await session.ExecuteAsync(
            phase switch
            {
                "Merging districts" => $"SELECT FROM districts WHERE id = {GeneratedFiles.LastingDistrict} FOR UPDATE",
                "Replacing empty tables" => "SELECT FROM cities",
                "Committing" => "LOCK TABLE import_runs IN SHARE MODE",
                _ => "LOCK TABLE cities IN SHARE MODE",
            },
            Cancellation);
        return session;
    }

    /// <summary>Starts the importer, and waits until it is in a phase and, if it is one of those, held up.</summary>
    private async Task<ImporterProcess> StartAsync(string phase)
    {
        var importer = new ImporterProcess(Database, Folder);
        await importer.WaitForPhaseAsync(phase, Cancellation);
        if (phase is not ("Files from" or "dump/GB.zip"))
            await Database.WaitForImporterAsync("wait_event_type = 'Lock' OR wait_event = 'PgSleep'", Cancellation);
        return importer;
    }

    /// <summary>A session in a transaction, which ends with it.</summary>
    private async Task<NpgsqlConnection> OpenAsync()
    {
        var session = new NpgsqlConnection(Database.ConnectionString);
        await session.OpenAsync(Cancellation);
        await session.BeginTransactionAsync(Cancellation);
        return session;
    }

    private async Task AssertCancelledAsync(ImporterProcess importer)
    {
        importer.Terminate();
        await importer.AssertExitsAsync(ExitCode.Cancelled, Cancellation, within: TimeSpan.FromSeconds(5));
        Assert.Contains("Cancelled; nothing was changed", importer.Output, StringComparison.Ordinal);
        Assert.Equal("Cancelled", await Database.ScalarAsync<string>("SELECT outcome FROM import_runs ORDER BY id DESC LIMIT 1"));
    }

    private async Task AssertUnchangedAsync(string old)
    {
        await Database.WaitForImporterToBeGoneAsync(Cancellation);
        Assert.Equal(old, await Database.ContentAsync());
    }

    private async Task AssertNextRunSucceedsAsync()
    {
        GeneratedFiles.Write(Folder, version: 2);
        await ImportAsync(Options("GB"));
        Assert.Equal(GeneratedFiles.Whole(version: 2), await Database.ScalarAsync<string>(GeneratedFiles.Versions));
        Assert.Equal("", await Database.BuildSchemasAsync());
    }
}

using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.AspNetCore.Http;

namespace Cities.Importer.Tests;

/// <summary>Imports that administrators ask for, and importers that stay and run them.</summary>
public sealed class ImportJobTests(PostgisServer server) : ImportTest(server)
{
    private const string Stalling = "dump/GB.zip";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_request_is_run_and_knows_its_run_and_one_that_finds_nothing_to_do_has_none()
    {
        using var importer = new ImporterProcess(Database, Folder, "serve");
        await importer.WaitForPhaseAsync("Migrating", Cancellation);
        var first = await Database.AskAsync();
        var done = await Database.WaitForAsync(first, ImportRequestState.Succeeded);

        Assert.Equal(2, await CountAsync("cities"));
        Assert.Equal(done.RunId, await Database.ScalarAsync<long>("SELECT id FROM import_runs WHERE outcome = 'Succeeded'"));
        Assert.Null(done.Error);
        Assert.True(done.RequestedAt <= done.StartedAt && done.StartedAt <= done.FinishedAt);

        var again = await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
        Assert.Null(again.RunId);
        var forced = await Database.WaitForAsync(await Database.AskAsync(request => request.Force = true), ImportRequestState.Succeeded);
        Assert.NotNull(forced.RunId);
        Assert.Equal(2, await CountAsync("import_runs"));

        importer.Terminate();
        await importer.AssertExitsAsync(ExitCode.Success, Cancellation, within: TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_a_request_says_counts_for_it_alone_and_all_else_is_the_importers()
    {
        using var importer = new ImporterProcess(Database, Folder, "serve", "--minimum-population", "100000");

        await Database.WaitForAsync(
            await Database.AskAsync(request => (request.Countries, request.Kinds) = ("ie", "country,city")), ImportRequestState.Succeeded);
        Assert.Equal("Dublin", await Database.ScalarAsync<string>("SELECT string_agg(name, ' ' ORDER BY name) FROM cities"));
        Assert.Equal(0, await CountAsync("regions"));
        Folder.Write(Stalling, GeoNamesFolder.London, GeoNamesFolder.Croydon, GeoNamesFolder.Place(1, "Small", 51, 0, "PPL", "GB", "ENG", "GLA", 99_999));
        await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
        Assert.Equal("Croydon Dublin London", await Database.ScalarAsync<string>("SELECT string_agg(name, ' ' ORDER BY name) FROM cities"));
    }

    [Fact]
    public async Task Updates_can_be_asked_for()
    {
        using var importer = new ImporterProcess(Database, Folder, "serve", "--import", "country,city");
        await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
        var yesterday = $"{DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}";
        Folder.Write($"dump/modifications-{yesterday}.txt", GeoNamesFolder.Croydon
            .Replace("2024-01-31", yesterday, StringComparison.Ordinal).Replace("173314", "7", StringComparison.Ordinal));
        Folder.Write($"dump/deletes-{yesterday}.txt");

        var update = await Database.WaitForAsync(
            await Database.AskAsync(request => request.Operation = ImportOperation.Update), ImportRequestState.Succeeded);

        Assert.Equal("Update", await Database.ScalarAsync<string>($"SELECT operation FROM import_runs WHERE id = {update.RunId}"));
        Assert.Equal(7, await Database.ScalarAsync<long>("SELECT population FROM cities WHERE name = 'Croydon'"));
    }

    [Fact]
    public async Task An_importer_that_repeats_its_own_imports_runs_requests_in_between()
    {
        using var importer = new ImporterProcess(Database, Folder, "--every", "1.00:00:00");
        await importer.WaitForAsync("The next run is in", Cancellation);

        await Database.WaitForAsync(await Database.AskAsync(request => request.Countries = "IE"), ImportRequestState.Succeeded);

        Assert.Equal(3, await CountAsync("cities"));
        importer.Terminate();
        await importer.AssertExitsAsync(ExitCode.Success, Cancellation, within: TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(ImportOperation.Import, "Britain", null, "--countries contains 'Britain', which is not an ISO 3166-1 alpha-2 code.")]
    [InlineData(ImportOperation.Import, "all", null, "--countries is 'all', which needs --places to be cities500 or ")]
    [InlineData(ImportOperation.Import, null, "towns", "--import contains 'towns', which is not one of country, region")]
    [InlineData(ImportOperation.Import, "FR", null, "There is no country 'FR'. Check --countries.")]
    [InlineData(ImportOperation.Update, null, null, "There is no data to update: nothing has been imported")]
    public async Task What_cannot_be_done_fails_and_says_why_and_the_next_is_run(
        ImportOperation operation, string? countries, string? kinds, string problem)
    {
        using var importer = new ImporterProcess(Database, Folder, "serve");

        var failed = await Database.WaitForAsync(
            await Database.AskAsync(request => (request.Operation, request.Countries, request.Kinds) = (operation, countries, kinds)),
            ImportRequestState.Failed);

        Assert.StartsWith(problem, failed.Error, StringComparison.Ordinal);
        Assert.NotNull(failed.FinishedAt);
        Assert.Equal(0, await CountAsync("cities"));
        await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
    }

    [Fact]
    public async Task Why_it_failed_has_no_password_and_the_sample_is_not_what_was_asked_for()
    {
        using var importer = new ImporterProcess(Database, Folder, "serve", "--source", "http://me:secret@127.0.0.1:9/secret/");

        var failed = await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Failed);

        Assert.StartsWith("http://127.0.0.1:9 cannot be reached", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Error, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("cities"));
    }

    [Fact]
    public async Task One_that_is_cancelled_while_it_runs_changes_nothing_and_the_next_is_run()
    {
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        await ImportAsync(Options("GB"));
        var old = await Database.ContentAsync();
        var stalled = Stall(files);
        using var importer = new ImporterProcess(Database, Folder, "serve", "--source", files.Address);
        var id = await Database.AskAsync(request => request.Force = true);
        await stalled.WaitAsync(Timeout, Cancellation);
        await Database.WaitForAsync(id, ImportRequestState.Running);

        await SetAsync(id, "cancelled_by = 'somebody else'");

        var cancelled = await Database.WaitForAsync(id, ImportRequestState.Cancelled);
        Assert.Null(cancelled.RunId);
        Assert.NotNull(cancelled.FinishedAt);
        Assert.Equal(old, await Database.ContentAsync());
        await Database.WaitForAsync(await Database.AskAsync(request => request.Force = true), ImportRequestState.Succeeded);
    }

    [Fact]
    public async Task SIGTERM_puts_the_request_back_for_the_next_importer()
    {
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        var stalled = Stall(files);
        long id;
        using (var importer = new ImporterProcess(Database, Folder, "serve", "--source", files.Address))
        {
            id = await Database.AskAsync();
            await stalled.WaitAsync(Timeout, Cancellation);
            importer.Terminate();
            await importer.AssertExitsAsync(ExitCode.Cancelled, Cancellation, within: TimeSpan.FromSeconds(5));
        }

        var queued = await Database.RequestAsync(id);
        Assert.Equal((ImportRequestState.Queued, null, null), (queued.State, queued.StartedAt, queued.SeenAt));
        Assert.Equal(0, await CountAsync("cities"));
        using var next = new ImporterProcess(Database, Folder, "serve");
        await Database.WaitForAsync(id, ImportRequestState.Succeeded);
        Assert.Equal(2, await CountAsync("cities"));
    }

    [Fact]
    public async Task A_request_whose_importer_was_killed_is_run_by_another_once_it_has_not_been_seen_for_long()
    {
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        var stalled = Stall(files);
        using var importer = new ImporterProcess(Database, Folder, "serve", "--source", files.Address);
        var id = await Database.AskAsync();
        await stalled.WaitAsync(Timeout, Cancellation);
        await importer.KillAsync(Cancellation);

        using var other = new ImporterProcess(Database, Folder, "serve");
        // A request that comes after it is run, and it is not: its importer may be alive.
        await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
        Assert.Equal(ImportRequestState.Running, (await Database.RequestAsync(id)).State);

        await SetAsync(id, "seen_at = seen_at - interval '1 minute'");
        await Database.WaitForAsync(id, ImportRequestState.Succeeded);
    }

    [Fact]
    public async Task An_importer_whose_request_another_has_taken_gives_up_and_leaves_it_alone()
    {
        await using var files = await FileServer.StartAsync(Folder, Cancellation);
        var stalled = Stall(files);
        using var importer = new ImporterProcess(Database, Folder, "serve", "--source", files.Address);
        var id = await Database.AskAsync();
        await stalled.WaitAsync(Timeout, Cancellation);

        await SetAsync(id, "started_at = started_at + interval '1 second'");

        await importer.WaitForAsync("Cancelled; nothing was changed", Cancellation);
        await Database.WaitForAsync(await Database.AskAsync(), ImportRequestState.Succeeded);
        Assert.Equal(ImportRequestState.Running, (await Database.RequestAsync(id)).State);
    }

    [Fact]
    public async Task A_request_that_importers_have_died_of_for_a_day_is_given_up_and_one_that_was_cancelled_at_once()
    {
        var old = await Database.AskAsync(Dead(age: TimeSpan.FromDays(2)));
        var cancelled = await Database.AskAsync(request =>
        {
            Dead(age: TimeSpan.FromMinutes(5))(request);
            request.CancelledBy = "somebody";
        });

        using var importer = new ImporterProcess(Database, Folder, "serve");

        Assert.Equal(
            "The importers that took it have died.", (await Database.WaitForAsync(old, ImportRequestState.Failed)).Error);
        Assert.Null((await Database.WaitForAsync(cancelled, ImportRequestState.Cancelled)).Error);
        Assert.Equal(0, await CountAsync("cities"));

        static Action<ImportRequest> Dead(TimeSpan age) => request =>
        {
            request.RequestedAt = DateTimeOffset.UtcNow - age;
            (request.State, request.StartedAt, request.SeenAt) = (ImportRequestState.Running, request.RequestedAt, request.RequestedAt);
        };
    }

    [Fact]
    public async Task Of_several_importers_one_takes_a_request()
    {
        using var one = new ImporterProcess(Database, Folder, "serve");
        await one.WaitForPhaseAsync("Migrating", Cancellation);
        List<long> ids = [];
        ids.Add(await Database.AskAsync(request => request.Force = true));
        await Database.WaitForAsync(ids[0], ImportRequestState.Succeeded);
        using var other = new ImporterProcess(Database, Folder, "serve");
        using var third = new ImporterProcess(Database, Folder, "serve");
        await Database.WaitForImporterAsync(
            "(SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND database = datid) = 3", Cancellation);

        for (var i = 0; i < 6; i++)
            ids.Add(await Database.AskAsync(request => request.Force = true));

        foreach (var id in ids)
            await Database.WaitForAsync(id, ImportRequestState.Succeeded);
        Assert.Equal(ids.Count, await CountAsync("import_runs"));
        Assert.Equal(ids.Count, await Database.ScalarAsync<long>("SELECT count(DISTINCT run_id) FROM administration.import_requests"));
    }

    /// <summary>Has the server, once, begin a file and not go on with it.</summary>
    /// <returns>Completes when that has happened.</returns>
    private static Task Stall(FileServer files)
    {
        var stalled = new TaskCompletionSource();
        files.Misbehave = async (context, name) =>
        {
            if (name != Stalling || stalled.Task.IsCompleted)
                return false;
            context.Response.ContentLength = 1_000_000;
            await context.Response.WriteAsync("PK", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            stalled.SetResult();
            await Task.Delay(Timeout, context.RequestAborted);
            return true;
        };
        return stalled.Task;
    }

    private async Task SetAsync(long id, string values) =>
        Assert.Equal(id, await Database.ScalarAsync<long>($"UPDATE administration.import_requests SET {values} WHERE id = {id} RETURNING id"));
}

using System.Net;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Tests;

public sealed class ImportsTests(ApiFixture api)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 4, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_import_of_the_sample_is_in_the_history_with_what_it_changed()
    {
        var list = await api.Client.GetJsonAsync("/api/v1/imports");

        Assert.Equal(1, (int)list["count"]!);
        var run = list["results"]!.AsArray().Single()!;
        Assert.Equal(("import", "succeeded"), ((string?)run["operation"], (string?)run["outcome"]));
        Assert.Equal(("the bundled sample", true), ((string?)run["source"], (bool)run["isSample"]!));
        Assert.Equal(
            await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"),
            (long)run["tables"]!.AsArray().Single(table => (string?)table!["name"] == "cities")!["inserted"]!);
        Assert.Contains("city", run["kinds"]!.AsArray().Select(kind => (string?)kind));
        Assert.Equal(["GB"], run["countries"]!.AsArray().Select(country => (string?)country));
        Assert.Null(run["error"]);
        Assert.Equal(
            run.ToJsonString(), (await api.Client.GetJsonAsync($"/api/v1/imports/{run["id"]}")).ToJsonString());
    }

    [Fact]
    public async Task The_newest_runs_come_first_page_by_page_and_by_their_outcome()
    {
        await using var database = await CreateHistoryAsync(
            Run(ImportOutcome.Succeeded), Run(ImportOutcome.Failed, "It failed."), Run(ImportOutcome.Cancelled), Run(ImportOutcome.Succeeded));
        using var client = api.CreateClient(database.ConnectionString);

        var first = await client.GetJsonAsync("/api/v1/imports?limit=3");
        var second = await client.GetJsonAsync((string)first["next"]!);
        var failed = await client.GetJsonAsync("/api/v1/imports?outcome=failed");

        Assert.Equal(4, (int)first["count"]!);
        Assert.Equal([4, 3, 2], Ids(first));
        Assert.Equal([1], Ids(second));
        Assert.Null(second["next"]);
        Assert.Equal("http://localhost/api/v1/imports?limit=3", (string?)second["previous"]);
        Assert.Equal([2], Ids(failed));
        var run = failed["results"]![0]!;
        Assert.Equal("It failed.", (string?)run["error"]);
        Assert.Equal(2.5, (double)run["seconds"]!);
        Assert.Equal("2026-11-25T04:00:02.5+00:00", (string?)run["finishedAt"]);
        Assert.Equal([3], Ids(await client.GetJsonAsync("/api/v1/imports?outcome=cancelled")));
    }

    [Theory]
    [InlineData("/api/v1/imports?outcome=lost", "outcome")]
    [InlineData("/api/v1/imports?outcome=", "outcome")]
    [InlineData("/api/v1/imports?outcome=2", "outcome")]
    [InlineData("/api/v1/imports?limit=0", "limit")]
    [InlineData("/api/v1/imports?offset=-1", "offset")]
    public async Task A_parameter_that_makes_no_sense_is_named(string path, string parameter)
    {
        var problem = await api.Client.GetProblemAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("/api/v1/imports/987654321987654321")]
    [InlineData("/api/v1/imports/first")]
    public async Task A_run_that_there_is_not_is_not_found(string path) =>
        await api.Client.GetProblemAsync(path, HttpStatusCode.NotFound);

    [Fact]
    public async Task A_run_that_fails_is_seen_at_once_although_the_data_and_its_version_are_the_same()
    {
        await using var database = await CreateHistoryAsync(Run(ImportOutcome.Succeeded));
        using var client = api.CreateClient(database.ConnectionString);
        var etag = await client.GetETagAsync("/api/v1/stats");
        Assert.Equal([1], Ids(await client.GetJsonAsync("/api/v1/imports")));

        await database.RecordRunAsync(ImportOutcome.Failed);

        using var response = await client.AskAsync("/api/v1/imports", ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([2, 1], Ids(JsonNode.Parse(await response.BytesAsync())!));
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        Assert.Null(response.Headers.ETag);
        Assert.Equal(etag, await client.GetETagAsync("/api/v1/stats"));
    }

    [Fact]
    public async Task No_path_password_or_host_of_the_installation_is_shown()
    {
        var fromFolder = Run(ImportOutcome.Failed, "/srv/geo names/secret holds no dump/GB.zip.");
        fromFolder.Source = "/srv/geo names/secret";
        var fromServer = Run(ImportOutcome.Failed, "https://me:secret@mirror.example:8443/secret/?token=secret cannot be reached.");
        fromServer.Source = "https://me:secret@mirror.example:8443/secret/?token=secret";
        await using var database = await CreateHistoryAsync(fromFolder, fromServer);
        using var client = api.CreateClient(database.ConnectionString);

        var text = (await client.GetJsonAsync("/api/v1/imports")).ToJsonString();

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("srv", text, StringComparison.Ordinal);
        var runs = JsonNode.Parse(text)!["results"]!;
        Assert.Equal("https://mirror.example:8443", (string?)runs[0]!["source"]);
        Assert.Equal("https://mirror.example:8443 cannot be reached.", (string?)runs[0]!["error"]);
        Assert.Null(runs[1]!["source"]);
        Assert.Equal("… holds no dump/GB.zip.", (string?)runs[1]!["error"]);
    }

    [Theory]
    [InlineData("Access to the path '/home/some one/x y.tsv' is denied.", "Access to the path '…' is denied.")]
    [InlineData(@"Access to the path 'C:\Users\some one\x.tsv' is denied.", "Access to the path '…' is denied.")]
    [InlineData("Disk full: /var/lib/cities/cache (/tmp/x).", "Disk full: … (…).")]
    [InlineData("Failed to connect to 10.1.2.3:5432", "Failed to connect to …")]
    [InlineData("Failed to connect to [::1]:5432", "Failed to connect to …")]
    [InlineData("Name or service not known (db.internal:5432)", "Name or service not known (…)")]
    [InlineData("No route to 10.1.2.3", "No route to …")]
    [InlineData("ftp://me:secret@host/x is no source", "… is no source")]
    [InlineData("http://me:secret@host/x?y is away", "http://host is away")]
    // What says what is wrong stays.
    [InlineData("2 of 3 rows of dump/GB.zip are malformed; the first: line 2, column 5: latitude 'north' is not a number.", null)]
    [InlineData("53100: could not extend file \"base/16384/2619\": No space left on device", null)]
    public void Messages_are_shown_without_paths_hosts_and_passwords(string message, string? expected) =>
        Assert.Equal(expected ?? message, Redaction.Message(message, source: ""));

    private async Task<TestDatabase> CreateHistoryAsync(params ImportRun[] runs)
    {
        var database = await api.CreateMigratedDatabaseAsync();
        await using var context = database.CreateContext();
        foreach (var run in runs)
        {
            context.ImportRuns.Add(run);
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        return database;
    }

    private static ImportRun Run(ImportOutcome outcome, string? error = null) => new()
    {
        Operation = ImportOperation.Import,
        Outcome = outcome,
        StartedAt = Start,
        FinishedAt = Start.AddSeconds(2.5),
        Source = "",
        Kinds = [],
        Countries = [],
        Fingerprint = "",
        Error = error,
    };

    private static IEnumerable<int> Ids(JsonNode page) => page["results"]!.AsArray().Select(run => (int)run!["id"]!);
}

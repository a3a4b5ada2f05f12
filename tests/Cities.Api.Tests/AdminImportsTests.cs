using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>Imports that administrators ask for.</summary>
public sealed class AdminImportsTests(ApiFixture api, AdminImportsTests.Installation installation)
    : IClassFixture<AdminImportsTests.Installation>, IAsyncLifetime
{
    private const string Imports = "/api/v1/admin/imports";

    private readonly TestDatabase _database = installation.Database;
    private readonly HttpClient _client = installation.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _database.ExecuteAsync("TRUNCATE administration.import_requests RESTART IDENTITY");

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task What_is_asked_for_waits_at_an_address_until_an_importer_takes_it()
    {
        using var response = await PostAsync(_client, Imports, """{"operation":"import","countries":["gb","IE"],"kinds":["city","country"],"force":true}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
        Assert.Equal(["no-store"], response.Headers.NonValidated["Cache-Control"]);
        var request = await JsonAsync(response);
        Assert.Equal($"{Imports}/{request["id"]}", response.Headers.Location?.OriginalString);
        Assert.Equal(("queued", "import", "key:operations"), ((string?)request["state"], (string?)request["operation"], (string?)request["requestedBy"]));
        Assert.Equal(["GB", "IE"], Texts(request["countries"]!));
        Assert.Equal(["country", "city"], Texts(request["kinds"]!));
        Assert.True((bool)request["force"]!);
        Assert.Equal(ImportJobResponse.NoImporter, (string?)request["waiting"]);
        Assert.Null(request["startedAt"]);
        Assert.Null(request["run"]);

        Assert.Equal(request.ToJsonString(), (await _client.GetJsonAsync(response.Headers.Location!.OriginalString)).ToJsonString());
        Assert.Equal("GB,IE", await _database.ScalarAsync<string>("SELECT countries FROM administration.import_requests"));
    }

    [Fact]
    public async Task What_is_not_named_is_the_importers_own()
    {
        var request = await JsonAsync(await PostAsync(_client, Imports, """{"operation":"update","countries":null}"""));

        Assert.Equal(("update", null, null, false), ((string?)request["operation"], request["countries"], request["kinds"], (bool)request["force"]!));
        Assert.True(await _database.ScalarAsync<bool>("SELECT countries IS NULL AND kinds IS NULL AND operation = 'Update' FROM administration.import_requests"));
    }

    [Theory]
    [InlineData("{}", "operation")]
    [InlineData("""{"operation":"flush"}""", "operation")]
    [InlineData("""{"operation":2}""", "operation")]
    [InlineData("""{"operation":"import","countries":"GB"}""", "countries")]
    [InlineData("""{"operation":"import","countries":[]}""", "countries")]
    [InlineData("""{"operation":"import","countries":["Britain"]}""", "countries")]
    [InlineData("""{"operation":"import","countries":["GB","all"]}""", "countries")]
    [InlineData("""{"operation":"import","countries":["ÄÖ"]}""", "countries")]
    [InlineData("""{"operation":"import","countries":[1]}""", "countries")]
    [InlineData("""{"operation":"import","kinds":["city","towns"]}""", "kinds")]
    [InlineData("""{"operation":"import","kinds":[8]}""", "kinds")]
    [InlineData("""{"operation":"import","kinds":[]}""", "kinds")]
    [InlineData("""{"operation":"import","kinds":["city","city","city","city","city","city","city","city","city","city"]}""", "kinds")]
    [InlineData("""{"operation":"import","force":"yes"}""", "force")]
    [InlineData("""{"operation":"import","source":"http://169.254.169.254/"}""", "body")]
    [InlineData("""["import"]""", "body")]
    [InlineData("import", "body")]
    public async Task What_makes_no_sense_is_named_and_asks_for_nothing(string body, string member)
    {
        using var response = await PostAsync(_client, Imports, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await JsonAsync(response))["errors"]!.AsObject();
        Assert.Equal([member], errors.Select(error => error.Key));
        Assert.DoesNotContain(errors, error => error.Value!.ToJsonString() is var text && (text.Contains("System.", StringComparison.Ordinal) || text.Contains("Cities.", StringComparison.Ordinal)));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM administration.import_requests"));
    }

    [Fact]
    public async Task Every_kind_of_data_can_be_requested()
    {
        foreach (var kind in DataKindNames.Known)
        {
            var job = await JsonAsync(await PostAsync(_client, Imports, $$"""{"operation":"import","kinds":["{{kind}}"]}"""));
            Assert.Equal([kind], Texts(job["kinds"]!));
        }

        var all = await JsonAsync(await PostAsync(_client, Imports, $$"""{"operation":"import","kinds":["{{DataKindNames.All}}"]}"""));
        Assert.Equal([DataKindNames.All], Texts(all["kinds"]!));
    }

    [Fact]
    public async Task Every_country_at_once_is_too_many()
    {
        var countries = string.Join(',', Enumerable.Range(0, 301).Select(i => $"\"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}\""));

        using var response = await PostAsync(_client, Imports, $$"""{"operation":"import","countries":[{{countries}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("POST", Imports)]
    [InlineData("GET", Imports)]
    [InlineData("GET", Imports + "/1")]
    [InlineData("POST", Imports + "/1/cancel")]
    public async Task Administrators_alone_may(string method, string path)
    {
        using var nobody = api.CreateClient(_database.ConnectionString);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody));
        using var editor = await installation.CreateClientAsync(ApiRole.Editor);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(editor));
        Assert.Equal(0, await _database.ScalarAsync<long>("SELECT count(*) FROM administration.import_requests"));

        async Task<HttpStatusCode> StatusAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
            if (method == "POST")
                request.Content = JsonContent.Create(new { operation = "import" });
            using var response = await client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task No_more_than_ten_wait()
    {
        for (var i = 0; i < 10; i++)
        {
            using var accepted = await PostAsync(_client, Imports, """{"operation":"update"}""");
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        }

        using var refused = await PostAsync(_client, Imports, """{"operation":"update"}""");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("The queue is full: 10 import jobs are waiting.", (string?)(await JsonAsync(refused))["detail"]);
        await SetAsync(1, "state = 'Running', started_at = now(), seen_at = now()");
        using var again = await PostAsync(_client, Imports, """{"operation":"update"}""");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    /// <summary>The test keeps the table from being written to, so that none is written before others are there.</summary>
    [Fact]
    public async Task No_more_than_ten_wait_if_more_are_requested_at_once()
    {
        for (var i = 0; i < 9; i++)
            await AddAsync(ImportRequestState.Queued);
        await using var connection = new NpgsqlConnection($"{_database.ConnectionString};Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "BEGIN; LOCK TABLE administration.import_requests IN SHARE MODE";
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var requests = Enumerable.Range(0, 4).Select(_ => PostAsync(_client, Imports, """{"operation":"update"}""")).ToList();
        await HttpTesting.EventuallyAsync(async () => await _database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 1);
        await connection.CloseAsync();

        var answers = await Task.WhenAll(requests);
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        Assert.Equal(10, await _database.ScalarAsync<long>("SELECT count(*) FROM administration.import_requests"));
    }

    [Fact]
    public async Task The_newest_come_first_page_by_page_and_by_their_state()
    {
        foreach (var state in Enum.GetValues<ImportRequestState>())
            await AddAsync(state);

        var first = await _client.GetJsonAsync($"{Imports}?limit=3");
        var second = await _client.GetJsonAsync((string)first["next"]!);

        Assert.Equal(5, (int)first["count"]!);
        Assert.Equal(["cancelled", "failed", "succeeded"], States(first));
        Assert.Equal(["running", "queued"], States(second));
        foreach (var state in Enum.GetNames<ImportRequestState>().Select(name => name.ToLowerInvariant()))
            Assert.Equal([state], States(await _client.GetJsonAsync($"{Imports}?state={state}")));
        var problem = await _client.GetProblemAsync($"{Imports}?state=lost", HttpStatusCode.BadRequest);
        Assert.Equal(["state"], problem["errors"]!.AsObject().Select(error => error.Key));

        static IEnumerable<string?> States(JsonNode page) => page["results"]!.AsArray().Select(request => (string?)request!["state"]);
    }

    [Fact]
    public async Task What_it_became_is_told_with_the_run_and_its_numbers_or_with_what_went_wrong()
    {
        var run = (await _database.ImportSampleAsync(Cancellation))!;
        var succeeded = await AddAsync(ImportRequestState.Succeeded, request => request.RunId = run.Id);
        var failed = await AddAsync(ImportRequestState.Failed, request => request.Error = "https://me:secret@mirror.example/secret/ is away.");

        var good = await _client.GetJsonAsync($"{Imports}/{succeeded}");
        Assert.Equal($"/api/v1/imports/{run.Id}", (string?)good["run"]!["url"]);
        var told = await _client.GetJsonAsync((string)good["run"]!["url"]!);
        Assert.Equal(told["tables"]!.ToJsonString(), good["run"]!["tables"]!.ToJsonString());
        Assert.Equal((double)told["seconds"]!, (double)good["run"]!["seconds"]!);
        var bad = await _client.GetJsonAsync($"{Imports}/{failed}");
        Assert.Equal("https://mirror.example is away.", (string?)bad["error"]);
        Assert.Null(bad["run"]);
    }

    [Fact]
    public async Task One_that_waits_is_cancelled_at_once_and_one_that_runs_by_its_importer()
    {
        var waits = await AddAsync(ImportRequestState.Queued);
        using (var response = await PostAsync(_client, $"{Imports}/{waits}/cancel"))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var cancelled = await JsonAsync(response);
            Assert.Equal(("cancelled", "key:operations"), ((string?)cancelled["state"], (string?)cancelled["cancelledBy"]));
            Assert.NotNull(cancelled["finishedAt"]);
        }

        var runs = await AddAsync(ImportRequestState.Running);
        using (var response = await PostAsync(_client, $"{Imports}/{runs}/cancel"))
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal($"{Imports}/{runs}", response.Headers.Location?.OriginalString);
            var cancelled = await JsonAsync(response);
            Assert.Equal(("running", "key:operations"), ((string?)cancelled["state"], (string?)cancelled["cancelledBy"]));
        }

        // Who was first is remembered.
        using (var other = await installation.CreateClientAsync(ApiRole.Admin))
        using (var response = await PostAsync(other, $"{Imports}/{runs}/cancel"))
            Assert.Equal("key:operations", (string?)(await JsonAsync(response))["cancelledBy"]);
    }

    [Fact]
    public async Task One_whose_importer_has_died_is_cancelled_at_once()
    {
        var id = await AddAsync(ImportRequestState.Running, request => request.SeenAt = DateTimeOffset.UtcNow.AddMinutes(-2));
        Assert.Equal(ImportJobResponse.NoImporter, (string?)(await _client.GetJsonAsync($"{Imports}/{id}"))["waiting"]);

        using var response = await PostAsync(_client, $"{Imports}/{id}/cancel");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("cancelled", (string?)(await JsonAsync(response))["state"]);
    }

    [Theory]
    [InlineData(ImportRequestState.Succeeded, "The import job has already succeeded.")]
    [InlineData(ImportRequestState.Failed, "The import job has already failed.")]
    [InlineData(ImportRequestState.Cancelled, "The import job has already been cancelled.")]
    public async Task One_that_has_ended_cannot_be_cancelled(ImportRequestState state, string detail)
    {
        var id = await AddAsync(state);

        using var response = await PostAsync(_client, $"{Imports}/{id}/cancel");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(detail, (string?)(await JsonAsync(response))["detail"]);
        Assert.True(await _database.ScalarAsync<bool>("SELECT cancelled_by IS NULL FROM administration.import_requests"));
    }

    [Fact]
    public async Task One_that_there_is_not_is_not_found()
    {
        await _client.GetProblemAsync($"{Imports}/987654321", HttpStatusCode.NotFound);
        using var response = await PostAsync(_client, $"{Imports}/987654321/cancel");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task It_is_written_down_where_sessions_only_read_by_default()
    {
        var connection = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Options = "-c default_transaction_read_only=on" };
        using var client = api.CreateSignedInClient(connection.ConnectionString, await _database.CreateKeyAsync(ApiRole.Admin));

        using var response = await PostAsync(client, Imports, """{"operation":"update"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        using var cancelled = await PostAsync(client, response.Headers.Location!.OriginalString + "/cancel");
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
    }

    [Fact]
    public async Task An_importer_of_its_own_does_what_the_API_is_asked_for()
    {
        var start = ImporterCommand.Start(_database.ConnectionString, "serve", "--minimum-population", "100000");
        start.Environment["Import__Source"] = Path.Combine(Repository.Root, "Cities.Importer/Sample");
        start.Environment["Import__Places"] = "cities1000";
        start.Environment["Logging__LogLevel__Default"] = "None";
        using var importer = Process.Start(start)!;
        try
        {
            using var accepted = await PostAsync(_client, Imports, """{"operation":"import"}""");
            var location = accepted.Headers.Location!.OriginalString;
            // A process starts, migrates and imports: on a busy machine that takes its time.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            var request = await _client.GetJsonAsync(location);
            while ((string?)request["state"] is "queued" or "running")
            {
                await Task.Delay(100, patience.Token);
                request = await _client.GetJsonAsync(location);
            }

            Assert.Equal("succeeded", (string?)request["state"]);
            var run = await _client.GetJsonAsync((string)request["run"]!["url"]!);
            Assert.Equal("succeeded", (string?)run["outcome"]);
            Assert.NotEqual(0, (int)(await _client.GetJsonAsync("/api/v1/cities?limit=1"))["count"]!);
        }
        finally
        {
            importer.Kill();
            await importer.WaitForExitAsync(Cancellation);
        }
    }

    [Fact]
    public async Task That_no_importer_is_there_is_told_until_there_is_one()
    {
        var id = await AddAsync(ImportRequestState.Queued);
        await using (var importer = new NpgsqlConnection($"{_database.ConnectionString};Pooling=false"))
        {
            await importer.OpenAsync(Cancellation);
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock_shared({ImportRequest.ImporterLock})", importer);
            await command.ExecuteNonQueryAsync(Cancellation);
            Assert.Null((await _client.GetJsonAsync($"{Imports}/{id}"))["waiting"]);
            var died = await AddAsync(ImportRequestState.Running, request => request.SeenAt = DateTimeOffset.UtcNow.AddMinutes(-2));
            Assert.Equal(ImportJobResponse.DeadImporter, (string?)(await _client.GetJsonAsync($"{Imports}/{died}"))["waiting"]);
        }

        await HttpTesting.EventuallyAsync(async () =>
            (string?)(await _client.GetJsonAsync($"{Imports}/{id}"))["waiting"] == ImportJobResponse.NoImporter);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string? body = null) =>
        client.PostAsync(
            new Uri(path, UriKind.Relative),
            body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Cancellation);

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;

    private static IEnumerable<string?> Texts(JsonNode list) => list.AsArray().Select(item => (string?)item);

    private async Task<long> AddAsync(ImportRequestState state, Action<ImportRequest>? configure = null)
    {
        var now = DateTimeOffset.UtcNow;
        var request = new ImportRequest
        {
            RequestedBy = "key:somebody",
            RequestedAt = now,
            Operation = ImportOperation.Import,
            State = state,
            StartedAt = state == ImportRequestState.Queued ? null : now,
            SeenAt = state == ImportRequestState.Queued ? null : now,
            FinishedAt = state is ImportRequestState.Queued or ImportRequestState.Running ? null : now,
        };
        configure?.Invoke(request);
        await using var context = _database.CreateContext();
        context.ImportRequests.Add(request);
        await context.SaveChangesAsync(Cancellation);
        return request.Id;
    }

    private Task SetAsync(long id, string values) =>
        _database.ExecuteAsync($"UPDATE administration.import_requests SET {values} WHERE id = {id}");

    /// <summary>A database with tables, and nothing in them, and an API on it.</summary>
    public sealed class Installation(ApiFixture api) : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        /// <summary>A client with the key <c>operations</c>, an administrator's.</summary>
        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await api.CreateMigratedDatabaseAsync();
            Client = await CreateClientAsync(ApiRole.Admin, key => key.Name = "operations");
        }

        public async Task<HttpClient> CreateClientAsync(ApiRole role, Action<ApiKey>? configure = null) =>
            api.CreateSignedInClient(Database.ConnectionString, await Database.CreateKeyAsync(role, configure));

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Database.DisposeAsync();
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Cities.Api.Tests.Http;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>The API in front of a database that fails: docs/reliability.md.</summary>
public sealed class DatabaseFaultTests(ApiFixture api, DatabaseFaultTests.ImportedPostgres imported)
    : IClassFixture<DatabaseFaultTests.ImportedPostgres>, IAsyncLifetime
{
    /// <summary>More than the API has connections.</summary>
    private const int Requests = 12;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private StreamingPostgres Postgres => imported.Postgres;

    private StreamingPostgres.Server Server => imported.Postgres.Primary;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Postgres.IsInstalled, StreamingPostgres.Missing);
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public void Servers_that_start_again_have_ports_that_no_connection_is_given_meanwhile()
    {
        var firstOfConnections = int.Parse(
            File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], CultureInfo.InvariantCulture);
        Assert.All([Postgres.Primary, Postgres.Standby], server =>
            Assert.InRange(int.Parse(server.Port, CultureInfo.InvariantCulture), 1024, firstOfConnections - 1));
    }

    [Theory]
    [InlineData("restarted")]
    [InlineData("stopped at once")]
    [InlineData("killed")]
    public async Task Reads_recover_from_a_server_that_was(string fault)
    {
        using var client = CreateClient();

        await Trickle.RideOutAsync(client, async () =>
        {
            await (fault switch
            {
                "restarted" => Server.ShutDownAsync(),
                "stopped at once" => Server.StopAsync(),
                _ => Server.KillAsync(),
            });
            // An API that is started then as well.
            using var another = CreateClient();
            Assert.False((await Trickle.AskAsync(another, "/api/v1/cities")).IsSuccess);
            await Server.StartAsync();
        });
    }

    [Fact]
    public async Task Reads_recover_when_all_of_several_servers_have_been_away()
    {
        using var client = CreateClient(Postgres.ConnectionStringOf(imported.Database));

        var refused = await Trickle.RideOutAsync(client, async () =>
        {
            await Postgres.Standby.StopAsync();
            await Server.StopAsync();
            Assert.False((await Trickle.AskAsync(client, "/api/v1/cities")).IsSuccess);
            await Server.StartAsync();
            await Postgres.Standby.StartAsync();
        });

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task While_the_server_hangs_requests_are_refused_in_time_and_what_is_cached_is_answered()
    {
        const string cached = "/api/v1/cities/2643743";
        using var client = api.CreateClient(Server.Open(imported.Database).ConnectionString);
        using var withoutConnections = CreateClient();
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => client.GetETagAsync($"/api/v1/cities?limit=1&offset={i}")));
        var expected = await Trickle.AskAsync(client, cached);

        await Server.PauseAsync();
        try
        {
            var refused = Task.WhenAll(Enumerable.Range(0, Requests).SelectMany(i => new[]
            {
                Trickle.AskAsync(client, $"/api/v1/cities?limit=2&offset={i}"),
                Trickle.AskAsync(client, $"/api/v1/countries?offset={i}"),
                Trickle.AskAsync(withoutConnections, $"/api/v1/cities?offset={i}"),
                Trickle.AskAsync(withoutConnections, $"/api/v1/countries?offset={i}"),
            }));
            var (kept, longestKept) = (0, TimeSpan.Zero);
            while (!refused.IsCompleted)
            {
                var answer = await Trickle.AskAsync(client, cached);
                Assert.Equal(expected with { Took = answer.Took }, answer);
                longestKept = longestKept > answer.Took ? longestKept : answer.Took;
                kept++;
                await Task.Delay(20, Cancellation);
            }

            var answers = await refused;
            Assert.All(answers, each => Assert.False(each.IsSuccess));
            Assert.All(answers, each => Assert.True(each.Took < Trickle.Longest, $"{each.Took}"));
            Assert.NotEqual(0, kept);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"refused after {answers.Min(each => each.Took).TotalSeconds:0.00} to {answers.Max(each => each.Took).TotalSeconds:0.00} s; "
                + $"{kept} cached answers meanwhile, of which the longest took {longestKept.TotalSeconds:0.00} s");
        }
        finally
        {
            await Server.ResumeAsync();
        }

        await AssertRecoversAsync(
            async () => await Trickle.AskAsync(withoutConnections, cached) is var answer && answer == expected with { Took = answer.Took });
    }

    [Fact]
    public async Task Reads_recover_from_a_server_that_hung()
    {
        // Time is up soon, so that queries begun before end in it.
        using var client = CreateClient($"{Server.Open(imported.Database).ConnectionString};Timeout=1;Command Timeout=1");

        var refused = await Trickle.RideOutAsync(client, async () =>
        {
            await Server.PauseAsync();
            try
            {
                Assert.False((await Trickle.AskAsync(client, "/api/v1/cities")).IsSuccess);
            }
            finally
            {
                await Server.ResumeAsync();
            }
        });

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public async Task Reads_go_to_the_primary_while_the_standby_hangs()
    {
        using var client = CreateClient($"{Postgres.ConnectionStringOf(imported.Database)};Timeout=1;Command Timeout=1");

        await Trickle.RideOutAsync(client, async () =>
        {
            await Postgres.Standby.PauseAsync();
            try
            {
                var steady = 0;
                await HttpTesting.EventuallyAsync(async () =>
                    (steady = (await Trickle.AskAsync(client, "/api/v1/cities?limit=1")).IsSuccess ? steady + 1 : 0) == Requests);
            }
            finally
            {
                await Postgres.Standby.ResumeAsync();
            }
        });
    }

    [Fact]
    public async Task A_standby_that_hangs_while_nobody_asks_keeps_no_request_waiting()
    {
        // The next request finds a connection, and that it is not known any more what kind of server it goes to.
        using var client = CreateClient($"{Postgres.ConnectionStringOf(imported.Database)};Timeout=1;Command Timeout=1;Host Recheck Seconds=1");
        Assert.True((await Trickle.AskAsync(client, "/api/v1/cities?limit=1")).IsSuccess);
        await Postgres.Standby.PauseAsync();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5), Cancellation);

            var first = await Trickle.AskAsync(client, "/api/v1/cities?limit=2").WaitAsync(Trickle.Longest, Cancellation);
            var second = await Trickle.AskAsync(client, "/api/v1/cities?limit=3").WaitAsync(Trickle.Longest, Cancellation);

            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{first.IsSuccess} after {first.Took.TotalSeconds:0.0} s, then after {second.Took.TotalSeconds:0.0} s");
            Assert.True(second.IsSuccess, second.Body);
        }
        finally
        {
            await Postgres.Standby.ResumeAsync();
        }
    }

    [Fact]
    public async Task Without_a_connection_left_requests_are_refused_until_there_is_one()
    {
        using var client = CreateClient();
        var others = new List<NpgsqlConnection>();
        try
        {
            var exception = await Assert.ThrowsAsync<PostgresException>(async () =>
            {
                while (true)
                {
                    var other = new NpgsqlConnection($"{Server.ConnectionString};Pooling=false");
                    others.Add(other);
                    await other.OpenAsync(Cancellation);
                }
            });
            Assert.Equal(PostgresErrorCodes.TooManyConnections, exception.SqlState);

            Assert.False((await Trickle.AskAsync(client, "/api/v1/cities")).IsSuccess);
            Assert.False((await Trickle.AskAsync(client, "/api/v1/countries")).IsSuccess);
        }
        finally
        {
            foreach (var other in others)
                await other.DisposeAsync();
        }

        await AssertRecoversAsync(async () => (await Trickle.AskAsync(client, "/api/v1/cities")).IsSuccess);
    }

    private static async Task AssertRecoversAsync(Func<Task<bool>> hasRecovered)
    {
        var started = Stopwatch.GetTimestamp();
        await HttpTesting.EventuallyAsync(hasRecovered);
        var took = Stopwatch.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine($"recovered after {took.TotalSeconds:0.00} s");
        Assert.True(took < Trickle.Recovery, $"{took}");
    }

    private HttpClient CreateClient(string? connectionString = null) => api.CreateClient(
        connectionString ?? Server.Open(imported.Database).ConnectionString, ("Api:Cache:Output", "false"));

    /// <summary>A primary and a standby that hold the sample.</summary>
    public sealed class ImportedPostgres : IAsyncLifetime
    {
        public StreamingPostgres Postgres { get; } = new();

        public TestDatabase Database { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Postgres.InitializeAsync();
            if (!Postgres.IsInstalled)
                return;
            Database = await Postgres.CreateDatabaseAsync();
            await Database.ImportSampleAsync(Cancellation);
            await Postgres.CatchUpAsync();
        }

        public ValueTask DisposeAsync() => Postgres.DisposeAsync();
    }
}

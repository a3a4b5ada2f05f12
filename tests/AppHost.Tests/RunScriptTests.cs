using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Cities.Testing;

namespace Cities.AppHost.Tests;

/// <summary><c>./run.sh</c> on a machine without a container runtime.</summary>
public sealed class RunScriptTests(PostgisServer server) : IClassFixture<PostgisServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_uses_the_database_that_is_named_and_ports_that_are_free()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "run.sh is for Linux.");
        await using var database = await server.CreateDatabaseAsync();
        // The API's, the dashboard's, and those of what the dashboard is fed by.
        int[] ports = [5080, 15080, 19080, 20080];
        var listeners = ports.Select(Occupy).ToList();

        await using var script = await RunScript.StartAsync(new() { ["ConnectionStrings__citiesdb"] = database.ConnectionString });

        Assert.DoesNotContain(script.Address("Map").Port, ports);
        Assert.DoesNotContain(script.Address("Dashboard").Port, ports);
        await AssertLondonAsync(script);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(script.Address("Health"), Cancellation)).StatusCode);
        Assert.Contains("cities: 2818 inserted", script.Output, StringComparison.Ordinal);
        // The API's sessions are those of its own role.
        Assert.Equal(
            $"{database.Name}_api",
            await database.ScalarAsync<string>(
                "SELECT string_agg(DISTINCT usename, ',') FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%FROM import_runs run%' AND pid <> pg_backend_pid()"));

        await script.StopAsync("TERM");
        Assert.NotEqual(0, await database.ScalarAsync<long>("SELECT count(*) FROM cities"));
        listeners.ForEach(listener => listener?.Dispose());
    }

    [Fact]
    public async Task Its_own_PostgreSQL_ends_last_and_keeps_the_data()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "run.sh is for Linux.");
        await using var installed = await PostgresShell.StartAsync();
        Assert.SkipWhen(installed is null, "PostgreSQL with PostGIS is not installed on this machine.");
        var environment = new Dictionary<string, string>
        {
            ["CITIES_DATA"] = installed.Folder,
            ["ConnectionStrings__citiesdb"] = "",
        };

        await using (var script = await RunScript.StartAsync(environment))
        {
            await AssertLondonAsync(script);
            var order = await script.StopAsync("INT");
            var api = order.FindLastIndex(process => process.EndsWith("/Cities.Api ", StringComparison.Ordinal));
            // A process that the server has just started has the server's command line.
            var postgres = order.FindLastIndex(process => process.Contains("/bin/postgres -D", StringComparison.Ordinal));
            Assert.InRange(api, 0, postgres - 1);
        }

        var log = await File.ReadAllTextAsync(Path.Combine(installed.Folder, "postgres/server.log"), Cancellation);
        Assert.Contains("database system is shut down", log, StringComparison.Ordinal);

        await using (var script = await RunScript.StartAsync(environment))
        {
            Assert.Contains("nothing to do", script.Output, StringComparison.Ordinal);
            await AssertLondonAsync(script);
            await script.StopAsync("TERM");
        }
    }

    private static async Task AssertLondonAsync(RunScript script)
    {
        using var client = new HttpClient { BaseAddress = script.Address("API") };
        var london = await client.GetFromJsonAsync<JsonObject>("2643743/", Cancellation);
        Assert.Equal("London", (string?)london!["name"]);
    }

    /// <summary>Listens on a port, unless another program does.</summary>
    private static TcpListener? Occupy(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            listener.Dispose();
            return null;
        }
    }
}

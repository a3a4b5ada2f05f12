using System.Diagnostics;
using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>The password of the connection string is nowhere in what the importer prints, at any level.</summary>
public sealed class SecretsTests(PostgisServer server) : ImportTest(server)
{
    private const string Password = "Zebra-7f3kq-Password";

    [Theory]
    [InlineData("Host=127.0.0.1;Port=9;Timeout=2")]
    [InlineData("Username=no_such_role")]
    [InlineData("Options=-c no_such_setting=1")]
    public async Task A_database_that_cannot_be_used_is_named_without_the_password(string difference)
    {
        var connection = new NpgsqlConnectionStringBuilder($"{Database.ConnectionString};{difference}") { Password = Password };

        var output = await RunAsync(connection.ConnectionString);

        Assert.Contains("database", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Password, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nonsense=1")]
    [InlineData("Port=many")]
    public async Task A_connection_string_that_cannot_be_read_is_refused_without_the_password(string part) =>
        Assert.DoesNotContain(Password, await RunAsync($"Host=127.0.0.1;Password={Password};{part}"), StringComparison.Ordinal);

    private async Task<string> RunAsync(string connectionString)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Repository.AssemblyOf("Cities.Importer"), "--source", Folder.Path, "--database-timeout", "00:00:05"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["ConnectionStrings__citiesdb"] = connectionString, ["Logging__LogLevel__Default"] = "Trace" },
        })!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.NotEqual(0, process.ExitCode);
        return await output + await errors;
    }
}

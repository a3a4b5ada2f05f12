using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>What the API's sessions have set, and what a connection string has to say about it.</summary>
public sealed class DatabaseSessionTests(ApiFixture api)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "00:00:15", "16s")]
    [InlineData("", "00:00:29.5", "31s")]
    [InlineData("Command Timeout=20", "00:00:15", "21s")]
    [InlineData("Command Timeout=0", "00:00:15", "0")]
    [InlineData("Options=-c statement_timeout=7s", "00:00:15", "7s")]
    public async Task The_server_is_told_when_nobody_waits_for_a_query_any_more(
        string settings, string requestTimeout, string expected)
    {
        await using var command = Open(settings, ("Api:RequestTimeout", requestTimeout)).CreateCommand("SHOW statement_timeout");

        Assert.Equal(expected, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task The_server_ends_a_query_by_itself()
    {
        await using var command = Open("Command Timeout=1", ("Api:RequestTimeout", "00:00:01")).CreateCommand("SELECT pg_sleep(60)");
        // Nobody tells it to.
        command.CommandTimeout = 0;

        var exception = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync(Cancellation));

        Assert.Equal(PostgresErrorCodes.QueryCanceled, exception.SqlState);
    }

    [Fact]
    public async Task What_the_connection_string_does_not_set_stays_set()
    {
        await using var command = Open("Options=-c statement_timeout=7s").CreateCommand("SHOW jit");

        Assert.Equal("off", await command.ExecuteScalarAsync(Cancellation));
    }

    [Theory]
    [InlineData("", 3, 6, 3)]
    [InlineData("Timeout=20;Command Timeout=30;Host Recheck Seconds=40", 20, 30, 40)]
    public void Waits_are_short_unless_the_connection_string_says_otherwise(
        string settings, int connect, int command, int recheck)
    {
        var connection = new NpgsqlConnectionStringBuilder(
            Open($"Host=127.0.0.1,127.0.0.2;{settings}").ConnectionString);

        Assert.Equal((connect, command, recheck), (connection.Timeout, connection.CommandTimeout, connection.HostRecheckSeconds));
    }

    private NpgsqlDataSource Open(string settings, params (string Key, string Value)[] configuration) =>
        api.CreateFactory($"{api.Database.ConnectionString};{settings}", configuration).Services.GetRequiredService<NpgsqlDataSource>();
}

using Cities.Data;
using Cities.Data.Entities;
using Cities.Testing;
using Microsoft.EntityFrameworkCore;

namespace Cities.Importer.Tests;

/// <summary>The command <c>keys</c> as an operator of the API uses it.</summary>
public sealed class KeysTests(PostgisServer server) : ImportTest(server)
{
    [Fact]
    public async Task A_key_is_printed_once_for_scripts_to_catch_and_kept_as_its_hash_alone()
    {
        // Nobody has to import first.
        await EmptyDatabaseAsync();
        var (exitCode, output, log) = await RunAsync("create", "--name", "nightly", "--role", "editor");

        Assert.Equal(0, exitCode);
        var key = output.TrimEnd();
        Assert.Matches("^cities_[A-Za-z0-9_-]{43}$", key);
        Assert.Contains("'nightly', of the role editor, valid until it is revoked", log, StringComparison.Ordinal);
        var secret = key[ApiKeys.ShownOf(key).Length..];
        Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await Database.ScalarAsync<string>("SELECT string_agg(key::text, ' ') FROM api_keys key"), StringComparison.Ordinal);
        var kept = await GetAsync("nightly");
        Assert.Equal(ApiKeys.HashOf(key), kept.Hash);
        Assert.StartsWith(kept.Prefix, key, StringComparison.Ordinal);
        Assert.Equal((ApiRole.Editor, null, null, null), (kept.Role, kept.ExpiresAt, kept.RevokedAt, kept.RequestsPerSecond));
        Assert.NotEqual(key, (await RunAsync("create", "--name", "another", "--role", "editor")).Output.TrimEnd());
    }

    [Fact]
    public async Task A_key_can_end_by_itself_and_have_a_limit_of_its_own()
    {
        var now = DateTimeOffset.UtcNow;
        var nextYear = now.Year + 1;
        Assert.Equal(0, (await RunAsync("create", "--name", "days", "--role", "reader", "--expires", "30")).ExitCode);
        Assert.Equal(0, (await RunAsync("create", "--name", "day", "--role", "admin", "--expires", $"{nextYear}-02-01", "--requests-per-second", "7")).ExitCode);

        var (days, day) = (await GetAsync("days"), await GetAsync("day"));
        Assert.InRange(days.ExpiresAt!.Value, now.AddDays(30), now.AddDays(30).AddMinutes(2));
        Assert.Equal((ApiRole.Reader, null), (days.Role, days.RequestsPerSecond));
        Assert.Equal(
            (ApiRole.Admin, 7, new DateTimeOffset(nextYear, 2, 1, 0, 0, 0, TimeSpan.Zero)), (day.Role, day.RequestsPerSecond, day.ExpiresAt!.Value));
    }

    [Fact]
    public async Task Keys_are_listed_and_revoked_by_name_or_number_and_their_names_stay_taken()
    {
        foreach (var name in new[] { "one", "two", "three" })
            await RunAsync("create", "--name", name, "--role", "reader");
        var id = (await GetAsync("two")).Id;

        Assert.Equal(0, (await RunAsync("revoke", "--name", "one")).ExitCode);
        Assert.Equal(0, (await RunAsync("revoke", "--id", $"{id}")).ExitCode);
        var at = (await GetAsync("one")).RevokedAt;
        Assert.NotNull(at);
        // Again, which changes nothing.
        Assert.Equal(0, (await RunAsync("revoke", "--name", "one")).ExitCode);
        Assert.Equal(at, (await GetAsync("one")).RevokedAt);

        var (_, list, _) = await RunAsync("list");
        var lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(4, lines.Length);
        Assert.Matches($@"^\d+ +one +reader +cities_\S+ .* revoked$", lines[1]);
        Assert.EndsWith("revoked", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("valid", lines[3], StringComparison.Ordinal);
        Assert.Contains((await GetAsync("three")).Prefix, lines[3], StringComparison.Ordinal);

        var (exitCode, output, log) = await RunAsync("create", "--name", "one", "--role", "reader");
        Assert.Equal(((int)ExitCode.Usage, ""), (exitCode, output));
        Assert.Contains("A key named 'one' exists or existed", log, StringComparison.Ordinal);
        Assert.Equal(3, await CountAsync("api_keys"));
    }

    [Theory]
    [InlineData("create --role reader", "--name")]
    [InlineData("create --name me", "--role")]
    [InlineData("create --name me --role king", "--role 'king' is not one of reader, editor, admin.")]
    [InlineData("create --name me --role 3", "--role '3' is not one of")]
    [InlineData("create --name a,b --role reader", "'a,b'")]
    [InlineData("create --name me --role reader --expires soon", "'soon'")]
    [InlineData("create --name me --role reader --expires 0", "'0'")]
    [InlineData("create --name me --role reader --expires 2020-01-01", "'2020-01-01'")]
    [InlineData("create --name me --role reader --requests-per-second 0", "--requests-per-second '0' is not a whole number between 1 and 1000000.")]
    [InlineData("create --name me --role reader --requests-per-second 1,000", "--requests-per-second '1,000' is not a whole number")]
    [InlineData("create --name me --role reader --requests-per-second fast", "--requests-per-second 'fast' is not a whole number")]
    [InlineData("create --name me --role reader --countries GB", "--countries")]
    [InlineData("revoke", "either --name or --id")]
    [InlineData("revoke --name me --id 1", "either --name or --id")]
    [InlineData("revoke --id seven", "--id 'seven' is not a whole number")]
    [InlineData("revoke --name nobody", "A key named 'nobody' does not exist")]
    [InlineData("revoke --id 7", "Key 7 does not exist")]
    public async Task What_is_wrong_is_named(string arguments, string message)
    {
        var (exitCode, output, log) = await RunAsync(arguments.Split(' '));

        Assert.Equal((int)ExitCode.Usage, exitCode);
        Assert.Contains(message, output + log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + log, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKeys.Prefix, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_away_is_waited_for_and_named()
    {
        var (exitCode, output, log) = await RunAsync(
            "create", "--name", "me", "--role", "reader",
            "--connection-string", "Host=127.0.0.1;Port=9;Database=none", "--database-timeout", "00:00:08");

        Assert.Equal(((int)ExitCode.DatabaseUnavailable, ""), (exitCode, output));
        Assert.Contains("does not answer yet", log, StringComparison.Ordinal);
        Assert.Contains("The database cannot be reached", log, StringComparison.Ordinal);
    }

    private async Task<ApiKey> GetAsync(string name)
    {
        await using var context = Database.CreateContext();
        return await context.ApiKeys.SingleAsync(key => key.Name == name, Cancellation);
    }

    private Task<(int ExitCode, string Output, string Log)> RunAsync(params string[] arguments)
    {
        var start = ImporterCommand.Start(Database.ConnectionString, ["keys", .. arguments]);
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        return ImporterCommand.RunAsync(start, Cancellation);
    }
}

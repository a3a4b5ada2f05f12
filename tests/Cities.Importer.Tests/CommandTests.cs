using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The command as a user runs it: its options, what it prints, its exit codes.</summary>
public sealed class CommandTests(PostgisServer server) : ImportTest(server)
{
    /// <summary>Nothing listens there.</summary>
    private const string Unreachable = "http://127.0.0.1:9/";

    [Fact]
    public async Task Help_explains_every_option_and_exit_code()
    {
        var (exitCode, output) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        foreach (var option in (string[])["--source", "--countries", "--places", "--import", "--flush", "--languages",
            "--feature-codes", "--postal-code-countries", "--minimum-population", "--cache-folder", "--rejects-folder",
            "--keep-removed", "--no-sample", "--force", "--maximum-rejected-share", "--database-timeout", "--lock-timeout", "--connection-string", "update", "serve"])
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }

        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Matches($@"\b{(int)code}\s+\w", output);
    }

    [Theory]
    [InlineData("--no-such-option", "--no-such-option")]
    [InlineData("--countries=Britain", "Import:Countries contains 'BRITAIN'")]
    [InlineData("--countries=,", "Import:Countries is empty")]
    [InlineData("--countries=all", "Import:Countries is 'all', which needs Places")]
    [InlineData("--import=towns", "Import:Kinds contains 'towns', which is not one of country, region")]
    [InlineData("--flush=,", "Import:Flush is empty")]
    [InlineData("--languages=,", "Import:Languages is empty")]
    [InlineData("--feature-codes=,", "Import:FeatureCodes is empty")]
    [InlineData("--postal-code-countries=Britain", "Import:PostalCodeCountries contains 'BRITAIN'")]
    [InlineData("update --since=2026-01-02 --until=2026-01-01", "Import:Since is after Until")]
    [InlineData("update --since=yesterday", "Since")]
    [InlineData("--since=2026-01-02", "--since")]
    [InlineData("serve --every=01:00:00", "Import:Serve cannot be combined with Flush or Every")]
    [InlineData("--places=villages", "Import:Places is 'villages'")]
    [InlineData("--maximum-rejected-share=2", "Import:MaximumRejectedShare")]
    [InlineData("--lock-timeout=soon", "LockTimeout")]
    [InlineData("--source=ftp://example.com/", "scheme 'ftp'")]
    public async Task Wrong_options_are_named(string arguments, string message)
    {
        var (exitCode, output) = await RunAsync(arguments.Split(' '));

        Assert.Equal((int)ExitCode.Usage, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_migrates_imports_and_stops_and_the_second_time_has_nothing_to_do()
    {
        await EmptyDatabaseAsync();
        var (first, output) = await RunAsync("--source", Folder.Path, "--countries", "gb, ie");
        Assert.Equal((0, 3), (first, await Database.ScalarAsync<long>("SELECT count(*) FROM cities")));
        Assert.Contains("cities: 3 inserted, 0 updated, 0 deleted", output, StringComparison.Ordinal);

        var (second, again) = await RunAsync("--source", "file://" + Folder.Path, "--countries", "IE,GB");
        Assert.Equal(0, second);
        Assert.Contains("nothing to do", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_and_flush_are_commands_too()
    {
        var (exitCode, output) = await RunAsync("update", "--source", Folder.Path);
        Assert.Equal((int)ExitCode.Failure, exitCode);
        Assert.Contains("nothing has been imported", output, StringComparison.Ordinal);

        await RunAsync("--source", Folder.Path, "--import", "country,city");
        Folder.Write("dump/modifications-2026-01-02.txt", GeoNamesFolder.Croydon.Replace("2024-01-31", "2026-01-02", StringComparison.Ordinal).Replace("173314", "7", StringComparison.Ordinal));
        Folder.Write("dump/deletes-2026-01-02.txt");
        (exitCode, output) = await RunAsync(
            "update", "--source", Folder.Path, "--import", "city", "--since", "2026-01-02", "--until", "2026-01-02");
        Assert.Equal(0, exitCode);
        Assert.Contains("cities: 0 inserted, 1 updated, 0 deleted", output, StringComparison.Ordinal);

        (exitCode, output) = await RunAsync("--flush", "city");
        Assert.Equal(0, exitCode);
        Assert.Contains("cities: 0 inserted, 0 updated, 2 deleted", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_and_a_cache_the_sample_is_imported_with_a_line_that_says_so()
    {
        var (exitCode, output) = await RunAsync("--source", Unreachable);

        Assert.Equal(0, exitCode);
        Assert.Single(output.Split('\n'), line => line.Contains("Importing the bundled sample", StringComparison.Ordinal));
        Assert.NotEqual(0, await CountAsync("cities"));
        Assert.True(await Database.ScalarAsync<bool>("SELECT is_sample FROM import_runs WHERE outcome = 'Succeeded'"));
    }

    [Fact]
    public async Task The_sample_never_takes_the_place_of_real_data()
    {
        await ImportAsync();

        var (exitCode, output) = await RunAsync("--source", Unreachable);

        Assert.Equal(0, exitCode);
        Assert.Contains("Keeping the data that was imported before", output, StringComparison.Ordinal);
        Assert.Equal(3, await Database.ScalarAsync<long>("SELECT count(*) FROM cities"));
    }

    [Fact]
    public async Task The_sample_takes_the_place_of_nothing()
    {
        await ImportAsync();
        await FlushAsync("all");

        var (exitCode, output) = await RunAsync("--source", Unreachable);

        Assert.Equal(0, exitCode);
        Assert.Contains("Importing the bundled sample", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_can_be_declined()
    {
        var (exitCode, output) = await RunAsync("--source", Unreachable, "--no-sample");

        Assert.Equal((int)ExitCode.SourceUnavailable, exitCode);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_waited_for_and_then_named()
    {
        var (exitCode, output) = await RunAsync(
            "--connection-string", "Host=127.0.0.1;Port=9;Database=none", "--database-timeout", "00:00:08");

        Assert.Equal((int)ExitCode.DatabaseUnavailable, exitCode);
        Assert.Contains("does not answer yet", output, StringComparison.Ordinal);
        Assert.Contains("The database cannot be reached", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        var (exitCode, output) = await RunAsync("--source", "/no/such/folder");

        Assert.Equal((int)ExitCode.SourceUnavailable, exitCode);
        Assert.Contains("/no/such/folder does not exist", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = ImporterCommand.Start(Database.ConnectionString, arguments);
        start.Environment["Import__CacheFolder"] = Path.Combine(Folder.Path, "cache");
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);
        return (exitCode, output + errors);
    }
}

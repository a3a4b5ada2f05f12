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
            "--keep-removed", "--no-sample", "--force", "--maximum-rejected-share", "--maximum-download-size", "--dry-run", "--database-timeout", "--lock-timeout", "--connection-string", "update", "serve"])
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }

        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Matches($@"\b{(int)code}\s+\w", output);
    }

    [Theory]
    [InlineData("--no-such-option", "--no-such-option")]
    [InlineData("--countries=Britain", "--countries contains 'Britain', which is not an ISO 3166-1 alpha-2 code.")]
    [InlineData("--countries=,", "--countries is empty; use 'all' for all.")]
    [InlineData("--countries=all", "--countries is 'all', which needs --places to be cities500 or ")]
    [InlineData("--import=towns", "--import contains 'towns', which is not one of country, region")]
    [InlineData("--flush=,", "--flush is empty.")]
    [InlineData("update --flush=city", "--flush cannot be combined with update.")]
    [InlineData("--languages=,", "--languages is empty; use 'all' for all.")]
    [InlineData("--languages=en;fr", "--languages contains 'en;fr', which is not a language code: letters, digits and hyphens.")]
    [InlineData("--feature-codes=,", "--feature-codes is empty; use 'all' for all.")]
    [InlineData("--feature-codes=PPLC;PPLA", "--feature-codes contains 'PPLC;PPLA', which is not a feature code: letters and digits.")]
    [InlineData("--postal-code-countries=Britain", "--postal-code-countries contains 'Britain'")]
    [InlineData("update --since=2026-01-02 --until=2026-01-01", "--since is after --until.")]
    [InlineData("update --since=yesterday", "--since is 'yesterday', not a date of the form yyyy-MM-dd.")]
    [InlineData("update --until=01/02/2026", "--until is '01/02/2026', not a date of the form yyyy-MM-dd.")]
    [InlineData("--since=2026-01-02", "--since")]
    [InlineData("--every=5", "--every is '5', not a duration of the form hh:mm:ss or d.hh:mm:ss.")]
    [InlineData("--every=00:00:00", "--every is not greater than zero.")]
    [InlineData("--every=01:00:00 --flush=city", "--every cannot be combined with --flush.")]
    [InlineData("serve --every=01:00:00", "serve cannot be combined with --flush or --every.")]
    [InlineData("--dry-run --every=01:00:00", "--dry-run cannot be combined with serve or --every.")]
    [InlineData("serve --dry-run", "--dry-run cannot be combined with serve or --every.")]
    [InlineData("--places=villages", "--places is 'villages', not one of country, cities500")]
    [InlineData("--maximum-rejected-share=2", "--maximum-rejected-share is not between 0 and 1.")]
    [InlineData("--maximum-rejected-share=NaN", "--maximum-rejected-share is not between 0 and 1.")]
    [InlineData("--maximum-rejected-share=0,5", "--maximum-rejected-share is '0,5', not a number such as 0.05.")]
    [InlineData("--maximum-download-size=2GB", "--maximum-download-size is '2GB', not a whole number such as 1000.")]
    [InlineData("--maximum-download-size=0", "--maximum-download-size is not greater than 0.")]
    [InlineData("--minimum-population=1,000", "--minimum-population is '1,000', not a whole number such as 1000.")]
    [InlineData("--minimum-population=0x10", "--minimum-population is '0x10', not a whole number such as 1000.")]
    [InlineData("--minimum-population=-1", "--minimum-population is negative.")]
    [InlineData("--lock-timeout=5", "--lock-timeout is '5', not a duration of the form hh:mm:ss or d.hh:mm:ss.")]
    [InlineData("--database-timeout=5", "--database-timeout is '5', not a duration of the form hh:mm:ss or d.hh:mm:ss.")]
    [InlineData("--database-timeout=-00:00:05", "--database-timeout is '-00:00:05', not a duration of the form hh:mm:ss or d.hh:mm:ss.")]
    [InlineData("keys list --database-timeout=5", "--database-timeout is '5', not a duration")]
    [InlineData("--keep-removed=yes", "'yes'")]
    [InlineData("--source=ftp://example.com/", "--source has the scheme 'ftp', not http, https or file.")]
    [InlineData("--source=http://", "--source is neither a folder nor a valid address.")]
    [InlineData("--countries=", "'--countries'")]
    [InlineData("--connection-string=nonsense", "--connection-string is not a connection string such as Host=localhost;Database=cities.")]
    public async Task Wrong_options_are_named_in_the_last_lines(string arguments, string message)
    {
        var (exitCode, output) = await RunAsync(arguments.Split(' '));

        AssertWrongOption(message, exitCode, output);
    }

    [Theory]
    [InlineData("Import__Countries", "Britain", "--countries contains 'Britain'")]
    [InlineData("Import__Every", "5", "--every is '5', not a duration")]
    [InlineData("Import__KeepRemoved", "yes", "--keep-removed is 'yes', not true or false.")]
    [InlineData("Import__Kinds", "towns", "--import contains 'towns'")]
    [InlineData("ConnectionStrings__citiesdb", "", "--connection-string is missing.")]
    [InlineData("Import__Serve", "perhaps", "serve is 'perhaps', not true or false.")]
    public async Task Wrong_values_in_the_environment_are_named_as_options(string variable, string value, string message)
    {
        var start = ImporterCommand.Start(Database.ConnectionString);
        start.Environment["Import__Source"] = Folder.Path;
        start.Environment[variable] = value;
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);

        AssertWrongOption(message, exitCode, output + errors);
    }

    [Theory]
    [InlineData(1, "1 row was rejected: see ")]
    [InlineData(2, "2 rows were rejected: see ")]
    public async Task Rejected_rows_are_counted(int count, string message)
    {
        Folder.Write("dump/GB.zip", [GeoNamesFolder.London, .. Enumerable.Repeat("broken", count)]);
        var (exitCode, output) = await RunAsync("--source", Folder.Path, "--rejects-folder", Path.Combine(Folder.Path, "rejects"));

        Assert.Equal(0, exitCode);
        Assert.Contains("dump/GB.zip/GB.txt, line 2: has 1 column where 19 are expected. The row is rejected.", output, StringComparison.Ordinal);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_can_be_set_in_the_environment()
    {
        var start = ImporterCommand.Start(Database.ConnectionString);
        start.Environment["Import__Source"] = Unreachable;
        start.Environment["Import__CacheFolder"] = Path.Combine(Folder.Path, "cache");
        start.Environment["Import__SampleFallback"] = "false";
        var (exitCode, output, _) = await ImporterCommand.RunAsync(start, Cancellation);

        Assert.Equal((int)ExitCode.SourceUnavailable, exitCode);
        Assert.DoesNotContain("sample", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_country_that_does_not_exist_is_named_in_the_last_lines()
    {
        var (exitCode, output) = await RunAsync("--source", Folder.Path, "--countries", "ZZ");
        AssertWrongOption("There is no country 'ZZ'. Check --countries.", exitCode, output);

        await ImportAsync();
        (exitCode, output) = await RunAsync("update", "--source", Folder.Path, "--countries", "ZZ");
        AssertWrongOption("There is no country 'ZZ'. Check --countries.", exitCode, output);
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

    /// <summary>The message is above a hint alone, so that it is still on the screen.</summary>
    private static void AssertWrongOption(string message, int exitCode, string output)
    {
        Assert.Equal((int)ExitCode.Usage, exitCode);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Matches("^'Cities.Importer( [a-z]+)* --help' lists the options.$", lines[^1]);
        Assert.Contains(message, string.Join('\n', lines[^Math.Min(lines.Length, 4)..]), StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = ImporterCommand.Start(Database.ConnectionString, arguments);
        start.Environment["Import__CacheFolder"] = Path.Combine(Folder.Path, "cache");
        var (exitCode, output, errors) = await ImporterCommand.RunAsync(start, Cancellation);
        return (exitCode, output + errors);
    }
}

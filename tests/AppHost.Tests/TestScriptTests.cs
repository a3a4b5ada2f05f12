using System.Diagnostics;
using Cities.Testing;

namespace Cities.AppHost.Tests;

/// <summary>
/// What <c>./test.sh</c> makes of the runs of <c>dotnet test</c>, with a command of that name that answers as the SDK's does.
/// </summary>
public sealed class TestScriptTests : IDisposable
{
    private const string Assembly = "/tests/Some.Tests.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("cities-test-script-").FullName;

    [Fact]
    public async Task It_succeeds_if_nothing_failed_and_something_passed()
    {
        Answer("solution", exitCode: 0, Summary(passed: 985, failed: 0, skipped: 11));

        Assert.Equal((0, "985 passed, 0 failed, 11 skipped"), await RunAsync());
        Assert.Contains("--ignore-exit-code 8", await File.ReadAllTextAsync(Path.Combine(_folder, "calls"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task It_fails_if_nothing_passed(int exitCode)
    {
        Answer("solution", exitCode, Summary(passed: 0, failed: 0, skipped: 11));

        Assert.Equal((1, "0 passed, 0 failed, 11 skipped"), await RunAsync());
    }

    [Fact]
    public async Task It_fails_if_the_runner_did_though_no_test_failed()
    {
        Answer("solution", exitCode: 7, Summary(passed: 3, failed: 0, skipped: 0));

        Assert.Equal((7, "3 passed, 0 failed, 0 skipped"), await RunAsync());
    }

    [Fact]
    public async Task A_test_that_passes_alone_is_flaky_and_the_run_succeeds()
    {
        Answer("solution", exitCode: 2, Failed("Some.FlakyTests.Sometimes(path: \"/health (x)\")") + Summary(passed: 3, failed: 1, skipped: 0));
        Answer("Some.FlakyTests.Sometimes", exitCode: 0, "passed Some.FlakyTests.Sometimes(path: \"/health (x)\") (2ms)\n");

        var (exitCode, output) = await RunAsync(lines: 2);
        Assert.Equal((0, "flaky: Some.FlakyTests.Sometimes\n4 passed, 0 failed, 0 skipped"), (exitCode, output));
    }

    [Fact]
    public async Task A_test_that_fails_alone_too_fails_the_run_whatever_else_was_flaky()
    {
        Answer(
            "solution",
            exitCode: 2,
            Failed("Some.FlakyTests.Sometimes") + Failed("Some.BrokenTests.Always") + Summary(passed: 3, failed: 2, skipped: 0));
        Answer("Some.FlakyTests.Sometimes", exitCode: 0, "passed Some.FlakyTests.Sometimes (2ms)\n");
        Answer("Some.BrokenTests.Always", exitCode: 2, Failed("Some.BrokenTests.Always"));

        var (exitCode, output) = await RunAsync(lines: 2);
        Assert.Equal((1, "flaky: Some.FlakyTests.Sometimes\n4 passed, 1 failed, 0 skipped"), (exitCode, output));
    }

    [Fact]
    public async Task A_test_that_does_not_run_again_stays_failed()
    {
        Answer("solution", exitCode: 2, Failed("Some.FlakyTests.Sometimes") + Summary(passed: 3, failed: 1, skipped: 0));
        Answer("Some.FlakyTests.Sometimes", exitCode: 0, "");

        Assert.Equal((1, "3 passed, 1 failed, 0 skipped"), await RunAsync());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Failed(string name) => $"failed {name} (3ms)\n  Assert.Equal() Failure\n  from {Assembly} (net10.0|x64)\n";

    private static string Summary(int passed, int failed, int skipped) =>
        $"""
        Test run summary: {(failed == 0 ? "Passed" : "Failed")}!
          total: {passed + failed + skipped}
          failed: {failed}
          succeeded: {passed}
          skipped: {skipped}

        """;

    /// <summary>What <c>dotnet test</c> prints, and ends with.</summary>
    /// <param name="what">The name of the test that is run by itself, or <c>solution</c>.</param>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="output">The output.</param>
    private void Answer(string what, int exitCode, string output)
    {
        File.WriteAllText(Path.Combine(_folder, what), output);
        File.WriteAllText(Path.Combine(_folder, $"{what}.exit"), $"{exitCode}");
    }

    private async Task<(int ExitCode, string LastLines)> RunAsync(int lines = 1)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "test.sh is for Linux.");
        Command(
            "dotnet",
            $$"""
            echo "$*" >>'{{_folder}}/calls'
            [[ $1 == test ]] || exit 0
            what=solution
            while (($# > 0)); do [[ $1 == --filter-method ]] && what=$2; shift; done
            cat "{{_folder}}/$what"
            exit "$(cat "{{_folder}}/$what.exit")"
            """);
        Command("docker", "exit 1");
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "test.sh")) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        // Neither a server nor a browser is looked for.
        start.Environment[PostgisServer.Variable] = "Host=none";
        start.Environment["CITIES_BROWSER"] = "none";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, string.Join('\n', output.TrimEnd('\n').Split('\n')[^lines..]));
    }

    private void Command(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

using System.Diagnostics;
using Cities.Importer.Database;
using Cities.Testing;
using Npgsql;

namespace Cities.Importer.Tests;

/// <summary>The importer at a terminal, where it shows bars: a pseudo terminal that <c>script</c> makes.</summary>
public sealed class TerminalTests(PostgisServer server) : ImportTest(server)
{
    private const string Script = "/usr/bin/script";
    private const string CtrlC = "\x03";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Warnings_are_whole_and_above_the_bars_and_the_result_is_below()
    {
        var rows = Enumerable.Range(1, 30).Select(id => GeoNamesFolder.Place(id, $"Place {id}", 51.5, 0, "PPL", "GB", "ENG", "GLA"));
        Folder.Write("dump/GB.zip", [GeoNamesFolder.London, .. rows.Select((row, i) => i % 3 == 0 ? row.Replace("51.5", "north", StringComparison.Ordinal) : row)]);

        using var importer = Start("--countries", "GB");
        var screen = await EndAsync(importer, ExitCode.Success);

        var warnings = Enumerable.Range(0, 10).Select(i =>
            $"warning  dump/GB.zip/GB.txt, line {(i * 3) + 2}, column 5: latitude 'north' is not a number. The row is rejected.");
        Assert.Equal(warnings, screen.Where(line => line.Contains("latitude", StringComparison.Ordinal)).Select(WithoutTime));
        var bar = Bar(screen, "dump/GB.zip");
        Assert.Contains("100%", screen[bar], StringComparison.Ordinal);
        Assert.Contains("31 rows", screen[bar], StringComparison.Ordinal);
        Assert.True(Array.FindLastIndex(screen, line => line.Contains("latitude", StringComparison.Ordinal)) < bar, Show(screen));
        var result = Array.FindIndex(screen, line => line.EndsWith("cities: 21 inserted, 0 updated, 0 deleted.", StringComparison.Ordinal));
        Assert.True(result > Bar(screen, "Committing"), Show(screen));
        Assert.All(["Files from", "Merging cities", "Indexing cities", "Committing"], name => Assert.Contains("100%", screen[Bar(screen, name)], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_phase_that_is_cancelled_does_not_end_at_100_percent()
    {
        await ImportAsync(Options("GB"));
        await using var session = new NpgsqlConnection(Database.ConnectionString);
        await session.OpenAsync(Cancellation);
        await session.BeginTransactionAsync(Cancellation);
        await session.ExecuteAsync("LOCK TABLE cities IN SHARE MODE", Cancellation);
        Folder.Write("dump/GB.zip", GeoNamesFolder.London);

        using var importer = Start("--countries", "GB", "--maximum-rejected-share", "0");
        await Database.WaitForImporterAsync("wait_event_type = 'Lock'", Cancellation);
        await importer.StandardInput.WriteAsync(CtrlC);
        await importer.StandardInput.FlushAsync(Cancellation);
        // On a busy machine, the importer may not have its handler yet when it waits for the lock.
        var ending = EndAsync(importer, ExitCode.Cancelled);
        while (await Task.WhenAny(ending, Task.Delay(TimeSpan.FromSeconds(5), Cancellation)) != ending)
        {
            await importer.StandardInput.WriteAsync(CtrlC);
            await importer.StandardInput.FlushAsync(Cancellation);
        }

        var screen = await ending;

        Assert.Contains("100%", screen[Bar(screen, "dump/GB.zip")], StringComparison.Ordinal);
        Assert.Contains(" 0%", screen[Bar(screen, "Deleting removed rows")], StringComparison.Ordinal);
        Assert.EndsWith("warning  Cancelled; nothing was changed.", screen.Last(line => line.Length > 0), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_phase_that_fails_does_not_end_at_100_percent()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder.Path, "dump/GB.zip"), "<!DOCTYPE html>", Cancellation);

        using var importer = Start("--countries", "GB");
        var screen = await EndAsync(importer, ExitCode.BadData);

        Assert.Contains(" 0%", screen[Bar(screen, "Files from")], StringComparison.Ordinal);
        Assert.EndsWith("error    dump/GB.zip is not a zip archive.", screen.Last(line => line.Length > 0), StringComparison.Ordinal);
    }

    private Process Start(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Script), $"{Script} is not installed.");
        var importer = ImporterCommand.Start(
            $"{Database.ConnectionString};Application Name={ImporterProcess.ApplicationName}",
            ["--source", Folder.Path, "--rejects-folder", Path.Combine(Folder.Path, "rejects"), .. arguments]);
        string[] command = [importer.FileName, .. importer.ArgumentList];
        var start = new ProcessStartInfo(
            Script,
            ["-q", "-e", "-c", $"stty cols 200 rows 60; exec {string.Join(' ', command.Select(each => $"'{each}'"))}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in importer.Environment)
            start.Environment[name] = value;
        start.Environment["TERM"] = "xterm";
        // There, Spectre.Console takes no terminal for interactive.
        start.Environment.Remove("GITHUB_ACTIONS");
        return Process.Start(start)!;
    }

    private static async Task<string[]> EndAsync(Process importer, ExitCode expected)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(Timeout);
        var output = await importer.StandardOutput.ReadToEndAsync(timeout.Token);
        await importer.WaitForExitAsync(timeout.Token);
        var screen = new TerminalScreen(output).Lines;
        Assert.True(importer.ExitCode == (int)expected, $"The importer ended with {importer.ExitCode}:\n{Show(screen)}");
        return screen;
    }

    private static int Bar(string[] screen, string name)
    {
        var bar = Array.FindIndex(screen, line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains('%'));
        Assert.True(bar >= 0, $"There is no bar '{name}':\n{Show(screen)}");
        return bar;
    }

    private static string WithoutTime(string line) => line["00:00:00 ".Length..];

    private static string Show(string[] screen) => string.Join('\n', screen);
}

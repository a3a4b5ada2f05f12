using System.Diagnostics;
using System.Text;
using Cities.Testing;

namespace Cities.Importer.Tests;

/// <summary>The importer as a process of its own, to be watched and killed; it ends with the test, if not before.</summary>
internal sealed class ImporterProcess : IDisposable
{
    /// <summary>The name under which the server knows the process's sessions.</summary>
    public const string ApplicationName = "importer";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly StringBuilder _output = new();
    private readonly string _temporaryFolder;

    /// <param name="database">The database that it imports into.</param>
    /// <param name="folder">The files, unless the arguments name others; cache and rejects are kept below.</param>
    /// <param name="arguments">More arguments.</param>
    public ImporterProcess(TestDatabase database, GeoNamesFolder folder, params string[] arguments)
    {
        _temporaryFolder = Directory.CreateDirectory(Path.Combine(folder.Path, "temporary")).FullName;
        var start = ImporterCommand.Start($"{database.ConnectionString};Application Name={ApplicationName}", arguments);
        start.Environment["Import__Source"] = folder.Path;
        start.Environment["Import__CacheFolder"] = Path.Combine(folder.Path, "cache");
        start.Environment["Import__RejectsFolder"] = Path.Combine(folder.Path, "rejects");
        start.Environment["TMPDIR"] = _temporaryFolder;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>What it has printed, as far as has been read.</summary>
    public string Output => _output.ToString();

    /// <summary>The temporary files that it has left.</summary>
    public string[] TemporaryFiles => Directory.GetFileSystemEntries(_temporaryFolder);

    /// <summary>Reads what it prints until a line holds a text.</summary>
    public async Task WaitForAsync(string text, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            _output.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The importer ended without '{text}':\n{Output}{await _errors}");
    }

    /// <summary>Reads what it prints until it begins a phase.</summary>
    public Task WaitForPhaseAsync(string phase, CancellationToken cancellationToken) =>
        WaitForAsync($"info     {phase}", cancellationToken);

    /// <summary>SIGKILL: it has no say in it.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await WaitForExitAsync(Timeout, cancellationToken);
    }

    /// <summary>SIGTERM, as from <c>docker stop</c>.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        kill.WaitForExit(Timeout);
    }

    /// <summary>Asserts that it ends, with an exit code and without a stack trace.</summary>
    /// <param name="expected">The exit code.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="within">How long it may take.</param>
    public async Task AssertExitsAsync(ExitCode expected, CancellationToken cancellationToken, TimeSpan? within = null)
    {
        await WaitForExitAsync(within ?? Timeout, cancellationToken);
        var actual = (ExitCode)_process.ExitCode;
        Assert.True(actual == expected, $"The importer ended with {actual}, not {expected}:\n{Output}");
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task WaitForExitAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(within);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
                _output.AppendLine(line);
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"The importer has not ended within {within}:\n{Output}");
        }

        _output.Append(await _errors);
    }
}

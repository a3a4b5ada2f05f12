using System.Diagnostics;

namespace Cities.Testing;

/// <summary>
/// A shell with the functions of <c>eng/postgres.sh</c>, in which a test runs clusters of the installed server. It ends with
/// the tests, however those end, and what it runs when it ends is what its EXIT trap says.
/// </summary>
public sealed class PostgresShell : IAsyncDisposable
{
    private const string EndOfAnswer = "-- end of answer --";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PostgresShell(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>A folder for clusters, which the server's user can reach; it goes with the shell.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("cities-postgres-").FullName;

    /// <summary>Starts one.</summary>
    /// <returns>The shell, or null where there is no server to make a cluster of.</returns>
    public static async Task<PostgresShell?> StartAsync()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var shell = new PostgresShell(Process.Start(new ProcessStartInfo("bash", ["-u"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        File.SetUnixFileMode(shell.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        // Test classes run at once: had they the same ports to try, two of them would find the same one free.
        var found = await shell.RunAsync(
            """
            . eng/common.sh; . eng/postgres.sh
            postgres_port=$((20000 + RANDOM % 10000))
            postgres_find && echo found
            """);
        if (found == "found")
            return shell;
        await shell.DisposeAsync();
        return null;
    }

    /// <summary>Runs commands; what they set stays set.</summary>
    /// <returns>What they print, without the line feed at the end.</returns>
    /// <exception cref="InvalidOperationException">They end the shell.</exception>
    public async Task<string> RunAsync(string commands)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await _process.StandardInput.WriteAsync($"{commands}\necho '{EndOfAnswer}'\n".AsMemory(), timeout.Token);
        await _process.StandardInput.FlushAsync(timeout.Token);
        var answer = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line == EndOfAnswer)
                return string.Join('\n', answer);
            answer.Add(line);
        }

        throw new InvalidOperationException($"The shell of a PostgreSQL ended: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(Timeout);
        await _process.WaitForExitAsync(timeout.Token);
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

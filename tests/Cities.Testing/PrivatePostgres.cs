using System.Diagnostics;
using Xunit;

namespace Cities.Testing;

/// <summary>
/// A PostgreSQL of a test class's own, which it may restart and starve: a cluster of the installed server, made and run by
/// <c>eng/postgres.sh</c>. The shell that runs it stops and deletes it when it ends, and it ends with the tests, however
/// those end.
/// </summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    /// <summary>Why tests are skipped where <see cref="IsInstalled"/> is false.</summary>
    public const string Missing = "PostgreSQL with PostGIS is not installed on this machine: a container's cannot be starved.";

    /// <summary>Neither autovacuum nor a checkpoint puts WAL of its own among that which a test measures.</summary>
    private const string Settings = "fsync=off autovacuum=off checkpoint_timeout=1h max_connections=50";

    private const string EndOfAnswer = "-- end of answer --";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("cities-postgres-").FullName;
    private Process? _shell;
    private Task<string> _errors = Task.FromResult("");
    private string _connectionString = "";
    private int _starts;

    /// <summary>Whether there is a server to make a cluster of; it is running then.</summary>
    public bool IsInstalled { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // The server's user has to reach the cluster.
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        _shell = Process.Start(new ProcessStartInfo("bash", ["-u"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _shell.StandardError.ReadToEndAsync();
        IsInstalled = await RunAsync(
            """
            . eng/common.sh; . eng/postgres.sh
            trap 'postgres_stop discard' EXIT
            postgres_find && echo found
            """) == "found";
        if (IsInstalled)
            await StartAsync(fileSizeLimit: null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is not null)
        {
            _shell.StandardInput.Close();
            using var timeout = new CancellationTokenSource(Timeout);
            await _shell.WaitForExitAsync(timeout.Token);
            _shell.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Makes an empty database; it ends with the server.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => PostgisServer.At(_connectionString).CreateDatabaseAsync();

    /// <summary>A database at the address that it has since the server was last started.</summary>
    public TestDatabase Open(TestDatabase database) => PostgisServer.At(_connectionString).Open(database.Name);

    /// <summary>Ends every process of the server at once, as a crash would, and lets it recover.</summary>
    public async Task CrashAsync() => await StartedAsync(
        """
        "${postgres_owner[@]}" "$postgres_bin/pg_ctl" -D "$postgres_folder" -l "$postgres_folder/server.log" \
          -m immediate -w -t 60 restart >/dev/null || die "$(tail -n 3 "$postgres_folder/server.log")"
        """);

    /// <summary>Stops the server and starts it, able to write files up to a limit in bytes, or to any size.</summary>
    public async Task RestartAsync(long? fileSizeLimit)
    {
        await RunAsync("postgres_stop");
        await StartAsync(fileSizeLimit);
    }

    private Task StartAsync(long? fileSizeLimit) => StartedAsync(
        $"""
        ulimit -S -f {(fileSizeLimit is { } bytes ? $"{bytes / 1024}" : "unlimited")}
        postgres_start_cluster '{_folder}/cluster' {Settings}
        """);

    private async Task StartedAsync(string commands)
    {
        var answer = await RunAsync($"{commands}\necho \"$POSTGRES\"");
        // Its own name for each start keeps connections of the last one, which are dead, out of the way.
        _connectionString = $"{answer.Split('\n')[^1]};Application Name=start {++_starts}";
    }

    /// <summary>Runs commands in the shell; what they set stays set.</summary>
    private async Task<string> RunAsync(string commands)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await _shell!.StandardInput.WriteAsync($"{commands}\necho '{EndOfAnswer}'\n".AsMemory(), timeout.Token);
        await _shell.StandardInput.FlushAsync(timeout.Token);
        var answer = new List<string>();
        while (await _shell.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line == EndOfAnswer)
                return string.Join('\n', answer);
            answer.Add(line);
        }

        throw new InvalidOperationException($"The shell of a private PostgreSQL ended: {await _errors}");
    }
}

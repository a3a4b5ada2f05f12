using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cities.Testing;

/// <summary>The application, started by <c>./run.sh</c> without a container runtime on the <c>PATH</c>.</summary>
public sealed partial class RunScript : IAsyncDisposable
{
    /// <summary>Every process that the script starts inherits this variable, which no other process has.</summary>
    private const string Mark = "CITIES_TEST_RUN";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    private readonly string _mark = $"{Mark}={Guid.NewGuid():N}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cities-run-");
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private RunScript(Dictionary<string, string> environment, string[] arguments)
    {
        // A session of its own: its process group gets what a terminal's Ctrl+C sends.
        var start = new ProcessStartInfo("setsid", [Path.Combine(Repository.Root, "run.sh"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment[Mark] = _mark[(Mark.Length + 1)..];
        start.Environment["PATH"] = PathWithoutContainerRuntime();
        // Processes of the build that outlive it are none of the application's.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What the script has printed.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts the application on Great Britain's places from the bundled sample, and waits until the script prints the addresses.</summary>
    /// <param name="environment">Variables beside the test's own.</param>
    /// <exception cref="InvalidOperationException">The script ends, or does not print them in time.</exception>
    public static async Task<RunScript> StartAsync(Dictionary<string, string> environment)
    {
        var sample = Path.Combine(Repository.Root, "Cities.Importer/Sample");
        var script = new RunScript(
            environment, [$"--Parameters:import-source={sample}", "--Parameters:import-places=cities1000"]);
        try
        {
            await script._ready.Task.WaitAsync(StartTimeout);
            return script;
        }
        catch (Exception exception)
        {
            await script.DisposeAsync();
            throw new InvalidOperationException($"run.sh did not start the application:\n{script.Output}", exception);
        }
    }

    /// <summary>An address that the script has printed.</summary>
    /// <param name="name">What stands before it: <c>Map</c>.</param>
    public Uri Address(string name) =>
        new(_output.Select(line => AddressLine().Match(line)).First(match => match.Groups["name"].Value == name).Groups["address"].Value);

    /// <summary>Sends a signal as a terminal does, to all processes of the foreground, and waits until every process has ended.</summary>
    /// <param name="signal">Its name: <c>INT</c>.</param>
    /// <returns>The processes in the order of their ends.</returns>
    /// <exception cref="InvalidOperationException">A process has not ended within a minute.</exception>
    public async Task<List<string>> StopAsync(string signal)
    {
        var time = Stopwatch.StartNew();
        var ended = new List<string>();
        var running = Processes();
        await Process.Start("kill", ["-s", signal, "--", $"-{_process.Id}"]).WaitForExitAsync();
        while (running.Count > 0)
        {
            if (time.Elapsed > StopTimeout)
                throw new InvalidOperationException($"Still running after {signal}: {string.Join('\n', running.Values)}");
            await Task.Delay(50);
            var now = Processes();
            ended.AddRange(running.Where(each => !now.ContainsKey(each.Key)).Select(each => each.Value));
            running = now;
        }

        await _process.WaitForExitAsync();
        return ended;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes().Keys)
            await Process.Start("kill", ["-KILL", $"{process}"]).WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null)
            _ready.TrySetException(new InvalidOperationException("It has ended."));
        else
            _output.Enqueue(line);
        if (line == "Press Ctrl+C to stop.")
            _ready.TrySetResult();
    }

    /// <summary>The processes that the script has started, itself included, with their command lines.</summary>
    private Dictionary<int, string> Processes()
    {
        var processes = new Dictionary<int, string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            try
            {
                if (File.ReadAllText($"{folder}/environ").Split('\0').Contains(_mark))
                    processes[id] = File.ReadAllText($"{folder}/cmdline").Replace('\0', ' ');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return processes;
    }

    /// <summary>The PATH, where links to all other programs stand for a folder that holds one of a container runtime.</summary>
    private string PathWithoutContainerRuntime()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Where(Directory.Exists).ToList();
        for (var index = 0; index < folders.Count; index++)
        {
            var files = Directory.GetFiles(folders[index]);
            if (!files.Any(IsContainerRuntime))
                continue;
            var links = _folder.CreateSubdirectory($"bin{index}");
            foreach (var file in files.Where(file => !IsContainerRuntime(file)))
                File.CreateSymbolicLink(Path.Combine(links.FullName, Path.GetFileName(file)), file);
            folders[index] = links.FullName;
        }

        return string.Join(Path.PathSeparator, folders);
    }

    private static bool IsContainerRuntime(string path) => Path.GetFileName(path) is "docker" or "podman";

    [GeneratedRegex(@"^(?<name>\w+) +(?<address>http\S+)")]
    private static partial Regex AddressLine();
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cities.Benchmarks.Api;

/// <summary>A server in a process of its own, on a free port of loopback, until it is disposed of.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    /// <summary>What the runtime takes for its heap where a container has 256 MB, which is 75 %; as it reads it from the environment.</summary>
    public const string HeapLimit = "C000000";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ApiProcess(Process process, string address)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public string Address => Client.BaseAddress!.ToString().TrimEnd('/');

    /// <summary>The most resident memory that it has had, in bytes.</summary>
    public long PeakMemory => Status("VmHWM") * 1024;

    /// <summary>Its resident memory, in bytes.</summary>
    public long Memory => Status("VmRSS") * 1024;

    public long Threads => Status("Threads");

    /// <summary>Its open files and sockets.</summary>
    public long Handles => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>The processor time that it has had.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="probe">A path that it answers 200 when it is ready.</param>
    /// <param name="environment">Variables.</param>
    /// <param name="command">A program, and arguments.</param>
    public static Task<ApiProcess> StartAsync(string probe, IReadOnlyDictionary<string, string> environment, params string[] command) =>
        StartAsync(probe, environment, new ProcessStartInfo(command[0], command[1..]));

    /// <summary>Starts it on some of the machine's cores, and waits until it answers.</summary>
    /// <param name="cores">Their numbers, as taskset has them.</param>
    /// <param name="probe">A path that it answers 200 when it is ready.</param>
    /// <param name="environment">Variables.</param>
    /// <param name="command">A program, and arguments.</param>
    public static Task<ApiProcess> StartOnAsync(
        string cores, string probe, IReadOnlyDictionary<string, string> environment, params string[] command) =>
        StartAsync(probe, environment, new ProcessStartInfo("taskset", ["--cpu-list", cores, .. command]));

    private static async Task<ApiProcess> StartAsync(string probe, IReadOnlyDictionary<string, string> environment, ProcessStartInfo start)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        start.RedirectStandardOutput = true;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["ASPNETCORE_URLS"] = address;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        var api = new ApiProcess(process, address);
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                using var answer = await api.Client.GetAsync(probe);
                if (answer.IsSuccessStatusCode)
                    return api;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // It does not listen yet.
            }

            if (waited.Elapsed > StartTimeout)
                throw new TimeoutException($"{string.Join(' ', start.ArgumentList)} is not ready after {StartTimeout}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A figure of the kernel's: "VmHWM:     1234 kB", in units of 1,024 bytes, or "Threads:   12".</summary>
    private long Status(string name) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Cities.Benchmarks.Api;

/// <summary>What is left of the API's throughput while it is asked for five times as much, and how soon all is well again.</summary>
/// <param name="program">The published API.</param>
/// <param name="connectionString">The imported database.</param>
/// <param name="folder">A folder for files.</param>
/// <param name="cores">The cores of the API, as taskset has them.</param>
internal sealed class OverloadBenchmark(string program, string connectionString, string folder, string cores)
{
    private const int Factor = 5;

    /// <summary>As many as may be under way or wait, by default: none of them is refused.</summary>
    private const int Connections = 32;
    private const int OverloadConnections = 2000;
    private const int WarmUpSeconds = 20;
    private const int PeakSeconds = 10;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(WarmUpSeconds);
    private static readonly TimeSpan OverloadTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(50);

    /// <summary>Without deep offsets and tiles: they take a hundred times as long as the others, and would dominate a mix.</summary>
    private static readonly string[] Slow = ["page at offset", "tile"];

    /// <summary>Measures, and prints the table of docs/reliability.md.</summary>
    /// <param name="rounds">How often.</param>
    public async Task RunAsync(int rounds)
    {
        await using var api = await ApiProcess.StartOnAsync(
            cores,
            "/health",
            new Dictionary<string, string>
            {
                ["ConnectionStrings__citiesdb"] = connectionString,
                ["Api__Cache__Output"] = "false",
                // As many clients, which here have one address.
                ["Api__RateLimit__Enabled"] = "false",
                ["DOTNET_GCHeapHardLimit"] = ApiProcess.HeapLimit,
            },
            program);
        var cases = await ApiCase.CreateAsync(api.Client);
        List<string> paths = [.. cases.Where(each => !Slow.Any(each.Name.StartsWith)).SelectMany(each => each.Paths)];
        Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(paths));
        // Until the code is compiled as well as it will be, that of refusals included: the compiler takes a third of the core meanwhile.
        var warm = await PeakAsync(api, paths, WarmUpSeconds);
        await OpenLoop.RunAsync(api.Client.BaseAddress!, paths, Factor * warm.Rate, OverloadConnections, WarmUpTime);

        Console.WriteLine();
        Console.WriteLine(
            "| peak before and after, requests/s | asked for | accepted | of the peak | refused (503) | no answer | accepted: p50 / p99, ms "
            + "| refused: p50 / p99, ms | /health: p50 / most, ms | first answer after the load, ms | peak resident memory, MB | API's share of a core |");
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", 12)));
        for (var round = 0; round < rounds; round++)
        {
            var before = await PeakAsync(api, paths, PeakSeconds);
            using var stop = new CancellationTokenSource();
            var health = ProbeAsync(api, stop.Token);
            var processor = api.ProcessorTime;
            var overload = await OpenLoop.RunAsync(
                api.Client.BaseAddress!, paths, Factor * before.Rate, OverloadConnections, OverloadTime);
            processor = api.ProcessorTime - processor;
            var recovery = await RecoverAsync(api, paths[round]);
            await stop.CancelAsync();
            var probes = await health;
            var after = await PeakAsync(api, paths, PeakSeconds);

            var accepted = overload.Of(status => status == (int)HttpStatusCode.OK);
            var refused = overload.Of(status => status == (int)HttpStatusCode.ServiceUnavailable);
            if (overload.Answers.FirstOrDefault(answer => answer.Status is not (200 or 503)) is { Status: > 0 } other)
                throw new InvalidOperationException($"An answer was {other.Status}.");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {before.Rate:N0}, {after.Rate:N0} | {Factor * before.Rate:N0} | {accepted.Rate:N0} | {accepted.Rate / ((before.Rate + after.Rate) / 2):P0} "
                + $"| {refused.Rate:N0} | {overload.Failed} | {accepted.P50:N0} / {accepted.P99:N0} | {refused.P50:N0} / {refused.P99:N0} "
                + $"| {probes[probes.Count / 2]:N0} / {probes[^1]:N0} | {recovery:N0} | {api.PeakMemory / 1e6:N0} | {processor / OverloadTime:P0} |"));
        }
    }

    private Task<Load> PeakAsync(ApiProcess api, IEnumerable<string> paths, int seconds) =>
        Load.OfHttpAsync(folder, api.Address, paths.Select(path => (path, (string?)null)), Connections, seconds);

    /// <summary>Asks whether it is ready, as a balancer would; each time it has to be.</summary>
    private static async Task<IReadOnlyList<double>> ProbeAsync(ApiProcess api, CancellationToken stop)
    {
        var times = new List<double>();
        do
        {
            var started = Stopwatch.GetTimestamp();
            using (var response = await api.Client.GetAsync("/health", CancellationToken.None))
                response.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            await Task.Delay(BetweenProbes, CancellationToken.None);
        }
        while (!stop.IsCancellationRequested);

        times.Sort();
        return times;
    }

    /// <summary>How long it takes until a request is answered as ever, in milliseconds.</summary>
    private static async Task<double> RecoverAsync(ApiProcess api, string path)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            using var response = await api.Client.GetAsync(path);
            if (response.IsSuccessStatusCode)
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }
}

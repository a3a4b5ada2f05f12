using System.Diagnostics;
using System.Globalization;

namespace Cities.Benchmarks.Api;

/// <summary>What a load generator has measured.</summary>
/// <param name="Rate">Answers per second.</param>
/// <param name="P50">The median of the time to an answer, in milliseconds.</param>
/// <param name="P99">The time that one answer of 100 takes longer than, in milliseconds.</param>
internal sealed record Load(double Rate, double P50, double P99)
{
    /// <summary>Sends requests over and over, with wrk.</summary>
    /// <param name="folder">A folder for its files.</param>
    /// <param name="address">The server.</param>
    /// <param name="requests">Paths, and ETags for <c>If-None-Match</c> or null.</param>
    /// <param name="connections">How many at once.</param>
    /// <param name="seconds">For how long.</param>
    /// <exception cref="InvalidOperationException">An answer was an error.</exception>
    public static async Task<Load> OfHttpAsync(
        string folder, string address, IEnumerable<(string Path, string? ETag)> requests, int connections, int seconds)
    {
        var script = Path.Combine(folder, "wrk.lua");
        await File.WriteAllTextAsync(
            script,
            $$"""
            local requests = {}
            local sent = 0
            function init(args)
              {{string.Join("\n  ", requests.Select(request => $"add([==[{request.Path}]==], {(request.ETag is null ? "nil" : $"[==[{request.ETag}]==]")})"))}}
            end
            function add(path, etag)
              local headers = {}
              if etag then headers["If-None-Match"] = etag end
              table.insert(requests, wrk.format("GET", path, headers))
            end
            function request()
              sent = sent + 1
              return requests[(sent - 1) % #requests + 1]
            end
            function done(summary, latency)
              local errors = summary.errors
              print(string.format("measured %f %f %f %d", summary.requests / summary.duration * 1e6,
                latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
                errors.connect + errors.read + errors.write + errors.status + errors.timeout))
            end
            """);
        var output = await RunAsync("wrk", folder, "-t2", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "-s", script, address);
        var figures = output.Split('\n').Single(line => line.StartsWith("measured ", StringComparison.Ordinal)).Split(' ')[1..]
            .Select(figure => double.Parse(figure, CultureInfo.InvariantCulture)).ToArray();
        return figures[3] == 0 ? new Load(figures[0], figures[1], figures[2]) : throw new InvalidOperationException(output);
    }

    /// <summary>Runs transactions over and over, each statement prepared, with pgbench.</summary>
    /// <param name="folder">A folder for its files.</param>
    /// <param name="transactions">The statements of each transaction, one after the other.</param>
    /// <param name="connections">How many at once.</param>
    /// <param name="seconds">For how long.</param>
    public static async Task<Load> OfDatabaseAsync(
        string folder, IReadOnlyList<IReadOnlyList<string>> transactions, int connections, int seconds)
    {
        List<string> arguments =
            ["-n", "-M", "prepared", "-c", $"{connections}", "-j", "2", "-T", $"{seconds}", "-l", "--log-prefix", Path.Combine(folder, "transactions")];
        for (var number = 0; number < transactions.Count; number++)
        {
            var script = Path.Combine(folder, $"transaction-{number}.sql");
            // Without \startpipeline, in which pgbench 15 finds no statement that it has prepared.
            await File.WriteAllLinesAsync(script, transactions[number].Select(sql => $"{sql.Replace('\n', ' ')};"));
            arguments.AddRange(["-f", script]);
        }

        foreach (var old in Directory.GetFiles(folder, "transactions.*"))
            File.Delete(old);
        await RunAsync("pgbench", folder, [.. arguments]);
        // "client transaction microseconds script ...", of every thread.
        var times = Directory.GetFiles(folder, "transactions.*")
            .SelectMany(File.ReadLines)
            .Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture) / 1e3)
            .Order()
            .ToList();
        return new Load((double)times.Count / seconds, times[times.Count / 2], times[times.Count * 99 / 100]);
    }

    private static async Task<string> RunAsync(string command, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As the API's sessions are.
        start.Environment["PGOPTIONS"] = "-c jit=off -c random_page_cost=1.1 -c pg_trgm.similarity_threshold=0.25";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command}: {await error}{output}");
    }
}

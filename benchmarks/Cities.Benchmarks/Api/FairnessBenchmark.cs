using System.Globalization;
using System.Net;

namespace Cities.Benchmarks.Api;

/// <summary>
/// Measures how soon a client is answered while another client, from another address, sends requests that take long.
/// All settings are the defaults.
/// </summary>
/// <param name="program">The published API.</param>
/// <param name="connectionString">The imported database.</param>
/// <param name="cores">The cores of the API, as taskset has them.</param>
internal sealed class FairnessBenchmark(string program, string connectionString, string cores)
{
    private const int Connections = 64;

    /// <summary>The rate limit of an address.</summary>
    private const int Rate = 100;

    /// <summary>More than the connections can send.</summary>
    private const int Unlimited = 1_000_000;

    private const int OtherRate = 20;
    private const int OtherConnections = 4;
    private const int Variants = 2000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly IPAddress OtherAddress = IPAddress.Parse("127.0.0.2");

    /// <summary>What one client sends: the name, the request with a number, and the requests per second.</summary>
    private static readonly (string Name, Func<int, string> Path, int Rate)[] Loads =
    [
        ("nothing", _ => "", 0),
        ("boxes of the whole world", i => $"/api/v1/cities?bbox=-179.{i:0000},-85,179,85", Rate),
        ("the same with `count=exact`", i => $"/api/v1/cities?bbox=-178.{i:0000},-85,179,85&count=exact", Rate),
        ("by distance, offset 130,000", i => $"/api/v1/cities?near=10.{i:0000},50&orderBy=distance&offset=130000", Rate),
        ("by distance, offset 10,000", i => $"/api/v1/cities?near=11.{i:0000},50&orderBy=distance&offset=10000", Rate),
        ("by distance, after a cursor", i => $"/api/v1/cities?near=12.{i:0000},50&orderBy=distance&after={After("distance", 1e6)}", Rate),
        ("postal codes, offset 400,000", i => $"/api/v1/postal-codes?offset={400_000 + i}", Rate),
        ("postal codes, offset 10,000", i => $"/api/v1/postal-codes?offset={10_000 - i}", Rate),
        ("tile of the whole world", i => $"/tiles/cities/0/0/0.mvt?minPopulation={i}", Rate),
        ("all postal codes as CSV", i => $"/api/v1/postal-codes?f=csv&n={i}", Rate),
        ("`/health`", _ => "/health", Unlimited),
    ];

    /// <summary>Measures, and prints the table of docs/reliability.md.</summary>
    public async Task RunAsync()
    {
        await using var api = await ApiProcess.StartOnAsync(
            cores,
            "/health",
            new Dictionary<string, string>
            {
                ["ConnectionStrings__citiesdb"] = connectionString,
                ["DOTNET_GCHeapHardLimit"] = ApiProcess.HeapLimit,
            },
            program);
        var places = await ApiPlace.LargestAsync(api.Client);
        await SendAsync(api, places, 0);

        Console.WriteLine();
        Console.WriteLine(
            "| one client sends, on 64 connections | 200, per second | 400 | 429 | 503 | no answer "
            + "| the other client: p50 / p99 / most, ms | its answers other than 200 |");
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", 8)));
        foreach (var (index, (name, path, rate)) in Loads.Index())
        {
            await Task.Delay(Pause);
            var load = rate == 0
                ? Task.FromResult(new OpenLoop.Result([], 0, Duration))
                : OpenLoop.RunAsync(
                    api.Client.BaseAddress!, Enumerable.Range(0, Variants).Select(path), rate, Connections, Duration + Lead, isBounded: true);
            await Task.Delay(Lead);
            var times = await SendAsync(api, places, index + 1);
            var sent = await load;
            var answered = times.Answers.Where(answer => answer.Status == 200).Select(answer => answer.Milliseconds).Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {sent.Of(status => status == 200).Rate:N0} | {Count(400):N0} | {Count(429):N0} | {Count(503):N0} | {sent.Failed} "
                + $"| {answered[answered.Count / 2]:N0} / {answered[answered.Count * 99 / 100]:N0} / {answered[^1]:N0} "
                + $"| {times.Answers.Count - answered.Count + times.Failed} |"));

            int Count(int status) => sent.Answers.Count(answer => answer.Status == status);
        }
    }

    /// <summary>Sends the requests of the other client. None of them is answered from memory.</summary>
    private static Task<OpenLoop.Result> SendAsync(ApiProcess api, IReadOnlyList<ApiPlace> places, int round) => OpenLoop.RunAsync(
        api.Client.BaseAddress!,
        Enumerable.Range(0, Variants).Select(i => $"/api/v1/cities/{places[i % places.Count].Id}?n={round}.{i}"),
        OtherRate,
        OtherConnections,
        Duration,
        OtherAddress);

    /// <summary>A cursor in the middle of a list by distance.</summary>
    private static string After(string order, double metres) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{{\"o\":\"{order}\",\"i\":1,\"d\":{metres}}}"))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

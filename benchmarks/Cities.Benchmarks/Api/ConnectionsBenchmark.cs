using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cities.Benchmarks.Api;

/// <summary>Measures what idle connections cost the API and its other clients.</summary>
/// <param name="program">The published API.</param>
/// <param name="connectionString">The imported database.</param>
internal sealed class ConnectionsBenchmark(string program, string connectionString)
{
    private const int Requests = 1000;
    private const int Opening = 100;

    /// <summary>Measures, and prints the table of docs/reliability.md.</summary>
    /// <param name="number">How many connections.</param>
    public async Task RunAsync(int number)
    {
        await using var api = await ApiProcess.StartAsync(
            "/health",
            new Dictionary<string, string>
            {
                ["ConnectionStrings__citiesdb"] = connectionString,
                ["Api__Cache__Output"] = "false",
                ["Api__RateLimit__Enabled"] = "false",
            },
            program);
        var places = await ApiPlace.LargestAsync(api.Client);
        await AskAsync(api, places);

        Console.WriteLine();
        Console.WriteLine("| | connections | to open them, s | resident memory, MB | handles | answers to others: p50 / p99, ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        await ReportAsync("before", []);
        var sockets = new List<Socket>();
        try
        {
            // Half of them have said nothing yet; half have been answered, and are kept.
            var server = new IPEndPoint(IPAddress.Loopback, api.Client.BaseAddress!.Port);
            var request = Encoding.ASCII.GetBytes($"GET /alive HTTP/1.1\r\nHost: {server}\r\n\r\n");
            var started = Stopwatch.GetTimestamp();
            while (sockets.Count < number)
            {
                sockets.AddRange(await Task.WhenAll(
                    Enumerable.Range(0, Math.Min(Opening, number - sockets.Count)).Select(i => OpenAsync(server, i % 2 == 0 ? [] : request))));
            }

            await ReportAsync("meanwhile", sockets, Stopwatch.GetElapsedTime(started));
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }

        await ReportAsync("afterwards", []);

        async Task ReportAsync(string moment, IReadOnlyCollection<Socket> open, TimeSpan took = default)
        {
            var (p50, p99) = await AskAsync(api, places);
            var alive = open.Count(socket => !socket.Poll(0, SelectMode.SelectRead));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {moment} | {alive:N0} | {took.TotalSeconds:0.0} | {api.Memory / 1e6:N0} | {api.Handles:N0} | {p50:0.0} / {p99:0.0} |"));
        }
    }

    private static async Task<Socket> OpenAsync(IPEndPoint server, byte[] request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server);
        if (request is [])
            return socket;
        await socket.SendAsync(request);
        var buffer = new byte[1 << 12];
        var answer = "";
        while (!answer.Contains("Healthy", StringComparison.Ordinal) || !answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer);
            answer += received > 0 ? Encoding.ASCII.GetString(buffer, 0, received) : throw new InvalidOperationException($"No answer: {answer}");
        }

        return socket;
    }

    /// <summary>Asks for one city after the other, each on a connection of its own: who opens none would not see that none are taken.</summary>
    private static async Task<(double P50, double P99)> AskAsync(ApiProcess api, IReadOnlyList<ApiPlace> places)
    {
        var times = new List<double>();
        for (var i = 0; i < Requests; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/cities/{places[i % places.Count].Id}");
            request.Headers.ConnectionClose = true;
            var started = Stopwatch.GetTimestamp();
            using var response = await api.Client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        return (times[Requests / 2], times[Requests * 99 / 100]);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cities.Benchmarks.Api;

/// <summary>
/// Sends requests at their times, whether or not those before have been answered, as many clients do; and counts an answer's
/// time from when its request was due. (wrk sends the next request when it has an answer: an overloaded server slows it down.)
/// </summary>
internal sealed class OpenLoop
{
    private const int BufferSize = 1 << 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] EndOfChunks = "0\r\n\r\n"u8.ToArray();

    private readonly ConcurrentBag<Answered> _answers = [];
    private readonly EndPoint _server;
    private readonly byte[][] _requests;
    private readonly IPAddress? _source;
    private int _failed;
    private int _next = -1;

    private OpenLoop(Uri address, IEnumerable<string> paths, IPAddress? source)
    {
        _source = source;
        _server = new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
        _requests = [.. paths.Select(path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"))];
    }

    /// <summary>Sends requests.</summary>
    /// <param name="address">The server, on an address of its own.</param>
    /// <param name="paths">What is asked for in turn.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="connections">How many may be under way at once; where that is not enough, those that are due wait.</param>
    /// <param name="duration">How long.</param>
    /// <param name="source">The address that the requests come from, or null for that of the system's choice.</param>
    /// <param name="isBounded">Whether requests that are still waiting for a connection at the end are not sent.</param>
    public static async Task<Result> RunAsync(
        Uri address, IEnumerable<string> paths, double rate, int connections, TimeSpan duration, IPAddress? source = null,
        bool isBounded = false)
    {
        var loop = new OpenLoop(address, paths, source);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => loop.SendAsync(start, rate, duration, isBounded))));
        return new Result([.. loop._answers], loop._failed, duration);
    }

    private async Task SendAsync(long start, double rate, TimeSpan duration, bool isBounded)
    {
        var buffer = new byte[BufferSize];
        Socket? socket = null;
        try
        {
            while (true)
            {
                var number = Interlocked.Increment(ref _next);
                var due = TimeSpan.FromSeconds(number / rate);
                if (due >= duration || (isBounded && Stopwatch.GetElapsedTime(start) >= duration))
                    return;
                if (due - Stopwatch.GetElapsedTime(start) is { TotalMilliseconds: > 1 } wait)
                    await Task.Delay(wait);
                try
                {
                    using var timeout = new CancellationTokenSource(Timeout);
                    if (socket is null)
                    {
                        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                        if (_source is not null)
                            socket.Bind(new IPEndPoint(_source, 0));
                        await socket.ConnectAsync(_server, timeout.Token);
                    }

                    await socket.SendAsync(_requests[number % _requests.Length], timeout.Token);
                    var status = await ReceiveAsync(socket, buffer, timeout.Token);
                    var at = Stopwatch.GetElapsedTime(start);
                    _answers.Add(new Answered(at, status, (at - due).TotalMilliseconds));
                }
                catch (Exception exception) when (exception is SocketException or OperationCanceledException)
                {
                    Interlocked.Increment(ref _failed);
                    socket?.Dispose();
                    socket = null;
                }
            }
        }
        finally
        {
            socket?.Dispose();
        }
    }

    /// <summary>Reads an answer to its end, which is its length, or the end of its chunks.</summary>
    /// <returns>Its status.</returns>
    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        var received = 0;
        var head = -1;
        while (head < 0)
        {
            received += await ReceiveMoreAsync(received);
            head = buffer.AsSpan(0, received).IndexOf(EndOfHead);
        }

        var text = Encoding.ASCII.GetString(buffer, 0, head);
        var status = int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture);
        const string length = "\r\nContent-Length: ";
        if (text.IndexOf(length, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            var value = text[(at + length.Length)..].Split('\r')[0];
            for (var left = int.Parse(value, CultureInfo.InvariantCulture) - (received - head - EndOfHead.Length); left > 0;)
                left -= await ReceiveMoreAsync(0);
        }
        else if (status is not (204 or 304))
        {
            // No answer has a line feed behind a carriage return in it. What was read last is kept at the beginning.
            while (!buffer.AsSpan(0, received).EndsWith(EndOfChunks))
            {
                var kept = Math.Min(received, EndOfChunks.Length);
                buffer.AsSpan(received - kept, kept).CopyTo(buffer);
                received = kept + await ReceiveMoreAsync(kept);
            }
        }

        return status;

        async Task<int> ReceiveMoreAsync(int offset) =>
            await socket.ReceiveAsync(buffer.AsMemory(offset), cancellationToken) is > 0 and var count
                ? count
                : throw new SocketException((int)SocketError.ConnectionReset);
    }

    /// <param name="At">When the answer was there.</param>
    /// <param name="Status">Its status.</param>
    /// <param name="Milliseconds">The time since the request was due.</param>
    internal readonly record struct Answered(TimeSpan At, int Status, double Milliseconds);

    /// <param name="Answers">All answers.</param>
    /// <param name="Failed">Connections that were broken off, or gave no answer in time.</param>
    /// <param name="Duration">For how long requests were sent.</param>
    internal sealed record Result(IReadOnlyList<Answered> Answers, int Failed, TimeSpan Duration)
    {
        /// <summary>Answers that came while requests were sent, those of a status a second.</summary>
        public Load Of(Func<int, bool> status)
        {
            var times = Answers.Where(answer => status(answer.Status)).Select(answer => answer.Milliseconds).Order().ToList();
            var inTime = Answers.Count(answer => status(answer.Status) && answer.At <= Duration);
            return times.Count == 0
                ? new Load(0, 0, 0)
                : new Load(inTime / Duration.TotalSeconds, times[times.Count / 2], times[times.Count * 99 / 100]);
        }
    }
}

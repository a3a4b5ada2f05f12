using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cities.Api.Tests.Http;

/// <summary>Clients that are slow, silent or too many, on the real server; others are served meanwhile.</summary>
public sealed class ConnectionTests(ApiFixture api)
{
    private const string London = "/api/v1/cities/2643743";
    private const string LargePage = "/api/v1/cities?limit=1000&f=geojson";
    private const string LargeStream = "/api/v1/cities?f=csv";
    private const string PostHead = "POST /api/v1/cities/within HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/geo+json\r\n";
    private const int Slow = 20;
    private const int Idle = 1000;

    /// <summary>Kestrel looks at its connections once a second, and bears no shorter grace.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Slow_and_silent_clients_have_a_limit()
    {
        await using var factory = api.CreateFactory(api.Database.ConnectionString);
        var limits = factory.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(15), limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(130), limits.KeepAliveTimeout);
        Assert.Equal((1024, 5), (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinRequestBodyDataRate.GracePeriod.TotalSeconds));
        Assert.Equal((1024, 5), (limits.MinResponseDataRate!.BytesPerSecond, limits.MinResponseDataRate.GracePeriod.TotalSeconds));
        Assert.Null(limits.MaxConcurrentConnections);
    }

    [Theory]
    [InlineData("GET /api/v1/cities?limit=1 HTTP/1.0\r\n\r\n", "\"next\":\"http://127.0.0.1:{0}/api/v1/cities?limit=1&offset=1\"")]
    [InlineData("GET /api/v1/cities?limit=1 HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "\"next\":\"http://127.0.0.1:{0}/api/v1/cities?limit=1&offset=1\"")]
    [InlineData("GET /ogc HTTP/1.0\r\n\r\n", "\"href\":\"http://127.0.0.1:{0}/ogc\"")]
    [InlineData("GET /api/v1/cities?limit=1 HTTP/1.0\r\nHost: cities.example\r\n\r\n", "\"next\":\"http://cities.example/api/v1/cities?limit=1&offset=1\"")]
    public async Task A_request_without_a_host_is_answered_with_links_to_the_address_it_came_to(string request, string link)
    {
        await using var factory = CreateFactory(_ => { });
        using var client = factory.CreateKestrelClient();
        using var socket = await ConnectAsync(client);

        await SendAsync(socket, request);

        var answer = await ReadAsync(socket);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, link, client.BaseAddress!.Port), answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_headers_a_byte_at_a_time_is_ended()
    {
        await using var factory = CreateFactory(limits => limits.RequestHeadersTimeout = Short);
        using var client = factory.CreateKestrelClient();

        var slow = SendSlowlyAsync(client, $"GET {London} HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "a");

        await AssertServedUntilAsync(client, slow);
        Assert.All(await slow, answer => Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_sends_a_body_a_byte_at_a_time_is_ended()
    {
        await using var factory = CreateFactory(
            limits => limits.MinRequestBodyDataRate = new MinDataRate(1024, Short),
            ("Api:Concurrency:Limit", "8"),
            ("Api:Concurrency:Queue", "0"));
        using var client = factory.CreateKestrelClient();

        var slow = SendSlowlyAsync(client, $"{PostHead}Content-Length: 100000\r\n\r\n", " ");

        await AssertServedUntilAsync(client, slow);
        var answers = await slow;
        // Half of what may be under way, and none waits for those.
        Assert.Equal(4, answers.Count(answer => answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal)));
        Assert.Equal(Slow - 4, answers.Count(answer => answer.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_does_not_read_a_page_keeps_no_connection_to_the_database()
    {
        await using var factory = CreateFactory(_ => { }, ("Api:Concurrency:Limit", "4"), ("Api:Concurrency:Queue", "0"));
        using var client = factory.CreateKestrelClient();
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Slow; i++)
            {
                var socket = await AskWithoutReadingAsync(client, LargePage);
                sockets.Add(socket);
                // It is being answered, and waits for its client.
                await HttpTesting.EventuallyAsync(() => Task.FromResult(socket.Available > 0));
                await AssertServedAsync(client);
            }
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Who_does_not_read_a_stream_is_ended_and_leaves_its_connection_to_others()
    {
        await using var factory = CreateFactory(limits => limits.MinResponseDataRate = new MinDataRate(1024, Short));
        using var client = factory.CreateKestrelClient();
        var sockets = new List<Socket>();
        try
        {
            // More than there are connections.
            for (var i = 0; i < 4; i++)
                sockets.Add(await AskWithoutReadingAsync(client, LargeStream));
            await AssertServedAsync(client);

            // Those that are not ended for their rate are when their time is up, until when a request waits in vain, or for its beginning
            // only.
            await HttpTesting.EventuallyAsync(async () =>
            {
                try
                {
                    using var response = await client.AskAsync(LargeStream);
                    return response.StatusCode == HttpStatusCode.OK
                        && (await response.Content.ReadAsStringAsync(Cancellation)).EndsWith('\n');
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Who_says_nothing_is_ended()
    {
        await using var factory = CreateFactory(limits => limits.KeepAliveTimeout = Short);
        using var client = factory.CreateKestrelClient();

        var silent = Task.WhenAll(Enumerable.Range(0, Slow).Select(async i =>
        {
            using var socket = await ConnectAsync(client);
            // Half of them have been answered before they fell silent.
            if (i % 2 == 0)
                await SendAsync(socket, $"GET {London} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return await ReadAsync(socket);
        }));

        await AssertServedUntilAsync(client, silent);
        var answers = await silent;
        Assert.Equal(Slow / 2, answers.Count(answer => answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)));
        Assert.Equal(Slow / 2, answers.Count(answer => answer.Length == 0));
    }

    [Fact]
    public async Task Bodies_that_are_too_large_are_refused_before_they_have_come()
    {
        await using var factory = CreateFactory(_ => { });
        using var client = factory.CreateKestrelClient();
        var chunk = $"10000\r\n{new string(' ', 0x10000)}\r\n";

        var flood = Task.WhenAll(Enumerable.Range(0, Slow).Select(async i =>
        {
            using var socket = await ConnectAsync(client);
            var isNamed = i % 2 == 0;
            // The answer is there before the body, of which half of them say no end.
            await SendAsync(socket, PostHead + (isNamed ? "Content-Length: 1000000000\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n"));
            for (var sent = 0; !isNamed && sent < 17; sent++)
                await SendAsync(socket, chunk);
            return await ReadAsync(socket, "\r\n\r\n");
        }));

        await AssertServedUntilAsync(client, flood);
        Assert.All(await flood, answer => Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/v1/cities/within", "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "80000000\r\n{}\r\n0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "x\r\n{}\r\n0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "2\r\n{}0\r\n\r\n")]
    [InlineData("/api/v1/geocode", "2\r\n{}\r\n0\r\nA: \0\r\n\r\n")]
    [InlineData("/api/v1/admin/imports", "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    public async Task A_body_with_malformed_chunks_is_a_bad_request(string path, string chunks)
    {
        await using var factory = CreateFactory(_ => { });
        using var client = factory.CreateKestrelClient();
        using var socket = await ConnectAsync(client);

        await SendAsync(
            socket,
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Api-Key: {api.AdminKey}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}");

        var answer = await ReadAsync(socket);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"body\":[", answer, StringComparison.Ordinal);
        await AssertServedAsync(client);
    }

    [Fact]
    public async Task Idle_connections_keep_nobody_from_being_served()
    {
        await using var factory = CreateFactory(_ => { });
        using var client = factory.CreateKestrelClient();
        var sockets = new List<Socket>();
        try
        {
            while (sockets.Count < Idle)
                sockets.AddRange(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ConnectAsync(client))));

            await AssertServedAsync(client);
            Assert.All(sockets, socket => Assert.False(socket.Poll(0, SelectMode.SelectRead)));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            Assert.Skip($"Not more than {sockets.Count} connections can be open here: ulimit -n.");
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Without answers from memory, and with two connections to the database.</summary>
    private WebApplicationFactory<PageRequest> CreateFactory(Action<KestrelServerLimits> limit, params (string, string)[] settings) =>
        api.CreateFactory($"{api.Database.ConnectionString};Maximum Pool Size=2", [("Api:Cache:Output", "false"), .. settings])
            .WithWebHostBuilder(builder => builder.ConfigureTestServices(services =>
                services.PostConfigure<KestrelServerOptions>(kestrel => limit(kestrel.Limits))));

    private static Task<string[]> SendSlowlyAsync(HttpClient client, string head, string more) =>
        Task.WhenAll(Enumerable.Range(0, Slow).Select(async _ =>
        {
            using var socket = await ConnectAsync(client);
            await SendAsync(socket, head);
            var answer = ReadAsync(socket);
            while (!answer.IsCompleted)
            {
                try
                {
                    await SendAsync(socket, more);
                }
                catch (SocketException)
                {
                    // It has been ended.
                    break;
                }

                await Task.WhenAny(answer, Task.Delay(100, Cancellation));
            }

            return await answer;
        }));

    /// <summary>Asks with windows of the least size, so that what is not read is not far from the server.</summary>
    private static async Task<Socket> AskWithoutReadingAsync(HttpClient client, string path)
    {
        var socket = await ConnectAsync(client, isNarrow: true);
        await SendAsync(socket, $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return socket;
    }

    internal static async Task<Socket> ConnectAsync(HttpClient client, bool isNarrow = false)
    {
        const int protocolTcp = 6;
        const int maximumSegment = 2;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (isNarrow)
        {
            socket.ReceiveBufferSize = 4096;
            // The server's buffer is many segments, and those of loopback are of 64 KB.
            if (OperatingSystem.IsLinux())
                socket.SetRawSocketOption(protocolTcp, maximumSegment, BitConverter.GetBytes(536));
        }

        await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port, Cancellation);
        return socket;
    }

    internal static async Task SendAsync(Socket socket, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), patience.Token);
    }

    /// <summary>Reads until a text has come, or the connection is ended.</summary>
    internal static async Task<string> ReadAsync(Socket socket, string? until = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        var buffer = new byte[4096];
        var text = new StringBuilder();
        try
        {
            while ((until is null || !text.ToString().Contains(until, StringComparison.Ordinal))
                && await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var received)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, received));
            }
        }
        catch (SocketException)
        {
            // Ended with what was sent to it unread.
        }

        return text.ToString();
    }

    private static async Task AssertServedUntilAsync(HttpClient client, Task end)
    {
        do
        {
            await AssertServedAsync(client);
            await Task.Delay(50, Cancellation);
        }
        while (!end.IsCompleted);
    }

    /// <summary>On a connection of its own, with a query of its own.</summary>
    private static async Task AssertServedAsync(HttpClient client)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{London}?fields=name&{Guid.NewGuid():N}");
        using var response = await client.AskAsync(path, ("Connection", "close"));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using CsCheck;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>
/// Requests whose framing is nearly right, on raw sockets: request lines, headers, lengths and chunks that no client library
/// sends. CITIES_FUZZ and CITIES_FUZZ_SEED are those of <see cref="FuzzTests"/>.
/// </summary>
public sealed partial class FramingFuzzTests(ApiFixture api)
{
    private const int DefaultRequests = 400;

    /// <summary>Many at once: the server waits for the rest of some of them.</summary>
    private const int Concurrency = 32;

    private const string Json = "{\"items\":[{\"q\":\"London\"}]}";

    /// <summary>Statuses above 499 that are no faults: a coding or a version of HTTP that there is not, too many bodies at once.</summary>
    private static readonly string[] Refusals = ["501", "503", "505"];

    /// <summary>Kestrel looks at its connections once a second, and bears no shorter grace.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);

    private static readonly Gen<string> Target = Gen.OneOfConst(
        "/api/v1/geocode", "/api/v1/geocode", "/api/v1/geocode", "/api/v1/geocode", "/api/v1/reverse", "/api/v1/cities/within", "/api/v1/admin/imports", "/api/v1/admin/cities", "/mcp", "/health",
        "/api/v1/cities?limit=1", "http://localhost/api/v1/geocode", "*", "//", "/%", "/%00", "/\u00FF", "", "/api/v1/../v1/geocode", "?");

    private static readonly Gen<string> Method = Gen.Frequency(
        (8, Gen.Const("POST")), (2, Gen.Const("PATCH")), (1, Gen.OneOfConst("GET", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE", "post", "P\0ST", "", "PRI")));

    private static readonly Gen<string> Version = Gen.Frequency(
        (12, Gen.Const("HTTP/1.1")), (1, Gen.OneOfConst("HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", "HTTP/11", "")));

    private static readonly Gen<string> End = Gen.Frequency((30, Gen.Const("\r\n")), (1, Gen.OneOfConst("\n", "\r", "\r\r\n", "", " \r\n", "\0\r\n")));

    private static readonly Gen<string> Size = Gen.Frequency(
        (3, Gen.Const($"{Json.Length:X}")),
        (5, Gen.OneOfConst(
            "0", "1", "FFFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "8000000000000000", "FFFFFFFF", "80000000", "7FFFFFFF", "100000", "-1", "+1A", "0x1A", " 1A", "1A ", "1G", "", "١",
            "00000000000000000000000000000000000000000000000000000000001A", "1A;", "1A;a=b", "1A;a=\"\r\n\"", "1A\0", "1.5", "1e3", ";")),
        (1, Gen.Int[20, 9000].Select(length => new string('F', length))),
        (1, Gen.Int[20, 9000].Select(length => $"1A;{new string('a', length)}")));

    private static readonly Gen<string> Chunks = Gen.Select(
        Gen.Select(Size, End, Gen.OneOfConst(Json, Json[..5], Json + Json, "", "\r\n"), End, (size, after, data, end) => $"{size}{after}{data}{end}").Array[0, 3],
        Gen.Frequency((4, Gen.Const("0\r\n\r\n")), (3, Gen.OneOfConst(
            "", "0", "0\r\n", "0\r\nTrailer: 1\r\n\r\n", "0\r\n: 1\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n", "0\r\nX\r\n\r\n", "0\n\n", "0\r\n \r\n", "00000\r\n\r\n", "0;\r\n\r\n", "0\r\nA: \0\r\n\r\n"))),
        (chunks, last) => string.Concat(chunks) + last);

    private static readonly Gen<string> Header = Gen.Frequency(
        (4, Gen.OneOfConst("Transfer-Encoding: chunked", $"Content-Length: {Json.Length}", "Expect: 100-continue")),
        (6, Gen.OneOfConst(
            "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity", "Transfer-Encoding:", "Transfer-Encoding: CHUNKED",
            "Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding: \u000Bchunked", "Content-Length: -1", "Content-Length: +5", "Content-Length: 0x5", "Content-Length: 5, 5", "Content-Length:",
            "Content-Length: 9223372036854775807", "Content-Length: 9223372036854775808", "Content-Length: 99999999999999999999999", "Content-Length: 5", "Content-Length: 500", "Content-Length: 0", "Content-Length: 1e1",
            "Content-Encoding: gzip", "Content-Encoding: gzip, gzip, gzip", "Expect: 200-ok", "Host: other", "Host: a b", "Host: \0", "Upgrade: h2c", "Upgrade: websocket", "Connection: upgrade, close", "Connection: Content-Length",
            "X: \0", "X: a\rb", "X\0: a", "X a: b", ": b", "X", "X:", "\tfolded", " folded", "\u00FF: \u00FF", "Trailer: Content-Length", "TE: trailers", "Range: bytes=-", "Keep-Alive: timeout=-1")),
        (1, Gen.Int[1, 130].Select(count => string.Join("\r\n", Enumerable.Range(0, count).Select(i => $"X-{i}: a")))),
        (1, Gen.Int[100, 40_000].Select(length => $"X: {new string('a', length)}")));

    private static readonly Gen<string> Request = Gen.Select(
        Gen.Select(Method, Target, Version, End, (method, target, version, end) => $"{method} {target} {version}{end}"),
        Gen.Frequency((12, Gen.Const("Host: localhost\r\n")), (1, Gen.Const(""))),
        Gen.OneOfConst("Content-Type: application/json\r\n", "Content-Type: application/geo+json\r\n", "Content-Type: application/merge-patch+json\r\n", "Content-Type: \0\r\n", ""),
        Gen.Frequency((2, Gen.Const("Transfer-Encoding: chunked\r\n")), (1, Gen.Const(""))),
        Gen.Select(Header, End, (header, end) => header + end).Array[0, 3],
        End,
        Gen.Frequency((4, Chunks), (1, Gen.OneOfConst(Json, "", "\0", "GET / HTTP/1.1\r\n\r\n"))),
        (line, host, type, coding, headers, end, body) => $"{line}{host}Authorization: Bearer {{key}}\r\nIf-Match: *\r\nConnection: close\r\n{type}{coding}{string.Concat(headers)}{end}{body}");

    [Fact]
    public async Task No_malformed_framing_breaks_the_API()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        var key = await database.CreateKeyAsync(ApiRole.Admin);
        await using var factory = api.CreateFactory(database.ConnectionString, ("Api:Mcp:Enabled", "true"))
            .WithWebHostBuilder(builder => builder.ConfigureTestServices(services => services.PostConfigure<KestrelServerOptions>(kestrel =>
            {
                kestrel.Limits.RequestHeadersTimeout = Short;
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1024, Short);
            })));
        using var client = factory.CreateKestrelClient();
        var requests = (int)FuzzTests.Number("CITIES_FUZZ", DefaultRequests);
        var seed = FuzzTests.Number("CITIES_FUZZ_SEED", FuzzTests.DefaultSeed);
        var failures = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<string, int>();

        await Parallel.ForAsync(
            0, requests, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                var request = Request.Generate(new PCG((uint)i, seed), null, out var size);
                var answer = await AskAsync(client, request.Replace("{key}", key, StringComparison.Ordinal));
                foreach (var status in StatusLine().Matches(answer).Select(match => match.Groups[1].Value).DefaultIfEmpty("none"))
                {
                    statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                    if (status[0] == '5' && !Refusals.Contains(status))
                        failures.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{i}: {status}\n{request}\n{answer}"));
                }
            });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', statuses.OrderBy(status => status.Key, StringComparer.Ordinal)));
        Assert.True(failures.IsEmpty, $"CITIES_FUZZ={requests} CITIES_FUZZ_SEED={seed}:\n{string.Join('\n', failures.Take(5))}");
        Assert.Contains("200", statuses.Keys);
        Assert.Contains("400", statuses.Keys);
        using var served = await client.AskAsync("/api/v1/cities/2643743");
        Assert.True(served.IsSuccessStatusCode);
    }

    /// <summary>Sends a request, and reads until the server ends the connection.</summary>
    private static async Task<string> AskAsync(HttpClient client, string request)
    {
        using var socket = await ConnectionTests.ConnectAsync(client);
        try
        {
            await ConnectionTests.SendAsync(socket, request);
        }
        catch (SocketException)
        {
            // The server refuses some requests before their end.
        }

        return await ConnectionTests.ReadAsync(socket);
    }

    [GeneratedRegex(@"^HTTP/1\.[01] (\d{3}) ", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}

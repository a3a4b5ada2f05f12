using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;
using Cities.Testing;
using CsCheck;

namespace Cities.Api.Tests.Fuzzing;

/// <summary>
/// Every operation of the OpenAPI document with made-up values, right, wrong and hostile. CITIES_FUZZ says how many requests
/// (100000 for a long run), CITIES_FUZZ_SEED which; what fails is printed as small as it has been found to fail.
/// </summary>
public sealed class FuzzTests(ApiFixture api, ITestOutputHelper output)
{
    private const int DefaultRequests = 2_000;
    internal const ulong DefaultSeed = 20261125;
    private const int Concurrency = 4;
    private const int MaximumFailures = 20;

    /// <summary>Longer than any request may take (Api:RequestTimeout), so that one which does shows as a 503.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(string Operation, int Status), int> _answers = [];
    private readonly ConcurrentDictionary<string, byte> _checked = [];

    [Fact]
    public async Task No_request_breaks_the_API_or_changes_a_row()
    {
        var operations = await OperationsAsync(operation => !operation.ChangesRows);
        await using var database = await api.CreateSampleDatabaseAsync();
        await FillAsync(database);
        var key = await database.CreateKeyAsync(ApiRole.Admin);
        var before = await ContentAsync(database);
        using var client = CreateClient(database, key);

        await AssertNoneFailsAsync(client, operations);
        Assert.Equal(before, await ContentAsync(database));
    }

    [Fact]
    public async Task No_request_of_an_editor_breaks_the_API()
    {
        var operations = await OperationsAsync(operation => operation.ChangesRows);
        await using var database = await api.CreateSampleDatabaseAsync();
        await FillAsync(database);
        // The examples' ids of what editors have added.
        await database.ExecuteAsync(
            """
            INSERT INTO administration.city_corrections (is_local, changes)
            SELECT true, to_jsonb(city) - '{id,slug,search_text,modified_on}'::text[] FROM cities city WHERE id = 2643743;
            INSERT INTO administration.local_names (city_id, name, is_preferred, is_short, is_colloquial, is_historic)
            VALUES (2643743, 'The Smoke', false, false, true, false)
            """);
        using var client = CreateClient(database, await database.CreateKeyAsync(ApiRole.Admin));

        await AssertNoneFailsAsync(client, operations);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_administered()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await FillAsync(database);
        var before = await ContentAsync(database);
        using var client = CreateClient(database, key: null);
        foreach (var operation in await OperationsAsync(operation => operation.NeedsKey))
        {
            for (var i = 0; i < 20; i++)
            {
                var request = FuzzGenerator.For(operation).Generate(new PCG((uint)i, DefaultSeed), null, out _);
                using var message = request.ToMessage(client.BaseAddress!);
                if (!request.HasPlainPath || !request.PathValues.Values.All(value => int.TryParse(value, out int _)) || request.Body is { Bytes.Length: > 1 << 20 })
                    continue;
                using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
                // What is no request the server refuses before anybody looks who asks, and a media type belongs to the route.
                Assert.True(
                    response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.UnsupportedMediaType
                    || !response.Headers.Contains("X-Content-Type-Options"),
                    $"{response.StatusCode}: {request}");
            }
        }

        Assert.Equal(before, await ContentAsync(database));
    }

    private static async Task<IReadOnlyList<FuzzOperation>> OperationsAsync(Func<FuzzOperation, bool> choose) =>
        [.. FuzzOperation.Read(JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs/openapi.json"), TestContext.Current.CancellationToken))!).Where(choose)];

    /// <summary>Makes requests of all operations in turn; each has to succeed now and then.</summary>
    private async Task AssertNoneFailsAsync(HttpClient client, IReadOnlyList<FuzzOperation> operations)
    {
        var requests = (int)Number("CITIES_FUZZ", DefaultRequests);
        var seed = Number("CITIES_FUZZ_SEED", DefaultSeed);
        var generators = operations.Select(FuzzGenerator.For).ToArray();
        var failures = new ConcurrentQueue<string>();
        var started = Stopwatch.StartNew();

        await Parallel.ForAsync(
            0, requests, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                // Each has a stream of random numbers of its own: it is the same whatever comes before it.
                var request = generators[i % generators.Length].Generate(new PCG((uint)i, seed), null, out var size);
                if (failures.Count < MaximumFailures && await FindFaultAsync(client, request) is { } fault)
                {
                    var (smallest, why) = await ShrinkAsync(client, request, fault);
                    failures.Enqueue($"{why}\n  {smallest}");
                }
            });

        output.WriteLine(Summary(requests, seed, started.Elapsed));
        Assert.True(failures.IsEmpty, $"CITIES_FUZZ={requests} CITIES_FUZZ_SEED={seed}:\n{string.Join('\n', failures)}");
        Assert.All(operations, operation => Assert.Contains(_answers, answer => answer.Key.Operation == operation.Id && answer.Key.Status is >= 200 and < 300));
    }

    internal static ulong Number(string variable, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private HttpClient CreateClient(TestDatabase database, string? key)
    {
        // Kestrel, for it reads what a server in memory never sees.
        using var kestrel = api.CreateFactory(database.ConnectionString).CreateKestrelClient();
        var client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        })
        {
            BaseAddress = kestrel.BaseAddress,
            Timeout = Patience,
        };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    /// <summary>The sample, and what it has none of.</summary>
    private static async Task FillAsync(TestDatabase database)
    {
        await database.ExecuteAsync(
            """
            INSERT INTO postal_codes (id, country_id, code, place_name, location)
            SELECT number, countries.id, 'SW' || number, 'Place ' || number, ST_SetSRID(ST_MakePoint(-0.1 + number * 0.01, 51.5), 4326)
            FROM countries, generate_series(1, 50) AS number WHERE countries.code = 'GB';
            INSERT INTO postal_codes (id, country_id, code, place_name, location)
            SELECT 4151413861, countries.id, 'SW1A', 'Whitehall', 'SRID=4326;POINT(-0.1277 51.5036)' FROM countries WHERE code = 'GB';
            INSERT INTO administration.import_requests (requested_by, requested_at, operation, force, state)
            VALUES ('somebody', now(), 'Import', false, 'Queued');
            UPDATE districts SET id = 2641598 WHERE id = (SELECT min(id) FROM districts WHERE city_id = 2643743);
            INSERT INTO subregions (id, code, name, ascii_name, country_id, region_id)
            SELECT 2648110, 'FUZZ', name, ascii_name, country_id, region_id FROM subregions LIMIT 1
            """);
    }

    /// <summary>All tables that there are, and what they hold.</summary>
    private static async Task<string> ContentAsync(TestDatabase database)
    {
        var tables = await database.ScalarAsync<string>(
            """
            SELECT string_agg(format('%I.%I', schemaname, tablename), ' ' ORDER BY schemaname, tablename)
            FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """);
        var content = new StringBuilder();
        foreach (var table in tables.Split(' '))
            content.AppendLine(CultureInfo.InvariantCulture, $"{table} {await database.ScalarAsync<string>($"SELECT count(*) || ' ' || coalesce(md5(string_agg(content, '' ORDER BY content)), '') FROM (SELECT each::text AS content FROM {table} each) AS all_rows")}");
        return content.ToString();
    }

    /// <summary>Sends a request.</summary>
    /// <returns>What is wrong with the answer, or null.</returns>
    private async Task<string?> FindFaultAsync(HttpClient client, FuzzRequest request)
    {
        using var message = request.ToMessage(client.BaseAddress!);
        HttpResponseMessage response;
        byte[] body;
        try
        {
            response = await client.SendAsync(message, TestContext.Current.CancellationToken);
            body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException exception)
        {
            // What is too large is refused while it is being sent.
            return request.Body is { Bytes.Length: > 1 << 20 } ? null : $"no answer: {exception.Message} {exception.InnerException?.Message}";
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience}";
        }

        using (response)
        {
            var status = (int)response.StatusCode;
            _answers.AddOrUpdate((request.Operation.Id, status), 1, (_, count) => count + 1);
            return status >= 500 ? $"{status}: {Encoding.UTF8.GetString(body)}" : FindFault(request, response, body);
        }
    }

    private string? FindFault(FuzzRequest request, HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        // What the server refuses before it is a request of the API: no UTF-8, NUL in a path, too long, too large.
        if (!response.Headers.Contains("X-Content-Type-Options"))
            return status is 400 or 413 or 414 or 431 && body.Length == 0 ? null : $"{status} from the server";
        if (response.Headers.Contains("X-Injected"))
            return "a header was injected";
        // /cities/1/alternative-names/.. is /cities/1, whose answers another operation describes.
        if (request.LeavesItsPath)
            return null;
        // It may be another operation's path, or none's.
        if (!request.HasPlainPath && status is 200 or 301 or 404 or 405)
            return null;
        if (!request.Operation.Describes(status))
            return $"{status} is not described: {Encoding.UTF8.GetString(body)}";

        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (status == 400 && FindUnnamed(request, body) is { } unnamed)
            return unnamed;
        // The same answer again is as right or wrong as it was.
        var key = $"{request.Operation.Id} {status} {mediaType} {Convert.ToHexString(SHA256.HashData(body))}";
        if (_checked.ContainsKey(key))
            return null;
        if (request.Operation.FindFault(status, mediaType, body) is { } fault)
            return $"{status}: {fault}";
        _checked.TryAdd(key, 0);
        return null;
    }

    /// <summary>A 400 names what is wrong, as the request has it.</summary>
    private static string? FindUnnamed(FuzzRequest request, byte[] body)
    {
        try
        {
            var names = JsonNode.Parse(body)?["errors"]?.AsObject().Select(error => error.Key).ToArray() ?? [];
            var known = request.Operation.Parameters.Select(parameter => parameter.Name).Concat(request.Query.Select(each => each.Name))
                .Concat(request.Operation.HasBody ? FuzzRequest.Members : []).Append("body");
            return names.Length > 0 && names.All(name => known.Contains(name)) ? null : $"400 names [{string.Join(", ", names)}]: {Encoding.UTF8.GetString(body)}";
        }
        catch (JsonException)
        {
            return $"400 without problem details: {Encoding.UTF8.GetString(body)}";
        }
    }

    /// <summary>Leaves out what the failure does not need.</summary>
    private async Task<(FuzzRequest Request, string Fault)> ShrinkAsync(HttpClient client, FuzzRequest request, string fault)
    {
        var isSmaller = true;
        while (isSmaller)
        {
            isSmaller = false;
            foreach (var smaller in request.Smaller())
            {
                if (await FindFaultAsync(client, smaller) is { } stillWrong && stillWrong[..3] == fault[..3])
                {
                    (request, fault, isSmaller) = (smaller, stillWrong, true);
                    break;
                }
            }
        }

        return (request, fault);
    }

    private string Summary(int requests, ulong seed, TimeSpan elapsed)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{requests} requests, seed {seed}, {elapsed.TotalSeconds:0} s");
        foreach (var status in _answers.GroupBy(answer => answer.Key.Status).OrderBy(group => group.Key))
            text.AppendLine(CultureInfo.InvariantCulture, $"{status.Key}: {status.Sum(answer => answer.Value)}");
        foreach (var operation in _answers.GroupBy(answer => answer.Key.Operation).OrderBy(group => group.Key, StringComparer.Ordinal))
            text.AppendLine(CultureInfo.InvariantCulture, $"{operation.Key}: {string.Join(", ", operation.OrderBy(answer => answer.Key.Status).Select(answer => $"{answer.Key.Status} x {answer.Value}"))}");
        return text.ToString();
    }
}

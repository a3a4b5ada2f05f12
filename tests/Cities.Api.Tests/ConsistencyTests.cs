using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Data.Entities;

namespace Cities.Api.Tests;

/// <summary>
/// Two replicas that answer while an editor edits and imports land: an answer is made of one state of the data, and an ETag
/// stands for one sequence of bytes. Against the image (CITIES_TEST_API_IMAGE) they are two processes.
/// </summary>
public sealed class ConsistencyTests(ApiFixture api)
{
    private const int Edits = 100;
    private const int Imports = 4;
    private const string Around = "near=-30.5,45.5&radius=50000";

    /// <summary>Lists that hold all of what they count, with the names of the count and of the list.</summary>
    private static readonly (string Path, string Count, string List)[] Lists =
    [
        ($"/api/v1/cities?{Around}&limit=1000", "count", "results"),
        ($"/api/v1/cities?{Around}&limit=1000&f=geojson", "numberMatched", "features"),
        ("/api/v1/cities?minPopulation=50000&limit=1000", "count", "results"),
        ("/ogc/collections/cities/items?bbox=-31,45,-30,46&limit=1000", "numberMatched", "features"),
        ("/api/v1/countries?limit=1000", "count", "results"),
        ("/api/v1/cities/2643743/districts?limit=1000", "count", "results"),
    ];

    /// <summary>Other answers with an ETag.</summary>
    private static readonly string[] Others =
        ["/api/v1/cities?f=csv&orderBy=-id&limit=10", "/api/v1/cities/2643743/nearby?k=3", "/api/v1/stats", "/tiles/cities/2/1/1.mvt", "/ogc/collections"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_answer_is_of_two_states_of_the_data_and_no_ETag_has_two_bodies()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        using var editor = api.CreateSignedInClient(database.ConnectionString, await database.CreateKeyAsync(ApiRole.Editor, key => key.Name = "jo"));
        using var first = api.CreateClient(database.ConnectionString);
        using var second = api.CreateClient(database.ConnectionString);
        var bodies = new ConcurrentDictionary<string, string>();
        var problems = new ConcurrentQueue<string>();
        var answers = 0;
        using var editing = new CancellationTokenSource();

        var readers = new[] { first, second }.SelectMany(replica => new[] { replica, replica }).Select(ReadAsync).ToList();
        try
        {
            for (var edit = 0; edit < Edits; edit++)
            {
                await EditAsync(editor, edit);
                if (edit % (Edits / Imports) == 0)
                    await database.ImportSampleAsync(Cancellation, minimumPopulation: edit % 2 == 0 ? 60_000 : 0);
            }
        }
        finally
        {
            await editing.CancelAsync();
            await Task.WhenAll(readers);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{answers} answers with {bodies.Count} ETags");
        Assert.True(problems.IsEmpty, string.Join('\n', problems.Distinct().Take(5)));
        Assert.True(answers > 500, $"Only {answers} answers were read.");

        async Task ReadAsync(HttpClient replica)
        {
            while (!editing.IsCancellationRequested)
            {
                foreach (var (path, count, list) in Lists)
                {
                    if (await AskAsync(replica, path) is { } body && JsonNode.Parse(body) is var json
                        && (int?)json![count] != json[list]!.AsArray().Count)
                    {
                        problems.Enqueue($"{path}: {count} is {json[count]}, and {list} has {json[list]!.AsArray().Count}.");
                    }
                }

                foreach (var path in Others)
                    await AskAsync(replica, path);
            }
        }

        async Task<byte[]?> AskAsync(HttpClient replica, string path)
        {
            using var response = await replica.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(Cancellation);
            // On a busy machine a request can be refused for a moment.
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                return null;
            Interlocked.Increment(ref answers);
            if (!response.IsSuccessStatusCode)
            {
                problems.Enqueue($"{path}: {response.StatusCode} {Encoding.UTF8.GetString(body)}");
                return null;
            }

            if (response.Headers.ETag is { } etag && bodies.GetOrAdd($"{path} {etag}", Hash(body)) != Hash(body))
                problems.Enqueue($"{path}: {etag} has two bodies.");
            return body;
        }
    }

    private static string Hash(byte[] body) => Convert.ToHexString(SHA256.HashData(body));

    /// <summary>Adds a place and, every other time, deletes it again.</summary>
    private static async Task EditAsync(HttpClient editor, int edit)
    {
        var place =
            $$"""{"name":"Atlantis {{edit}}","countryCode":"GB","location":{"longitude":-30.5,"latitude":45.5},"population":{{70_000 + edit}}}""";
        var added = await SendAsync(editor, HttpStatusCode.Created, () => new HttpRequestMessage(HttpMethod.Post, "/api/v1/admin/cities")
        {
            Content = new StringContent(place, Encoding.UTF8, "application/json"),
        });
        if (edit % 2 == 0)
            return;
        await SendAsync(editor, HttpStatusCode.NoContent, () => new HttpRequestMessage(HttpMethod.Delete, added)
        {
            Headers = { { "If-Match", "*" } },
        });
    }

    /// <summary>Sends a request, and sends it again while the API is too busy, as its Retry-After says.</summary>
    /// <returns>The location of what was made, or null.</returns>
    private static async Task<Uri?> SendAsync(HttpClient client, HttpStatusCode expected, Func<HttpRequestMessage> request)
    {
        Uri? location = null;
        await HttpTesting.EventuallyAsync(async () =>
        {
            using var message = request();
            using var response = await client.SendAsync(message, Cancellation);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                return false;
            Assert.Equal(expected, response.StatusCode);
            location = response.Headers.Location;
            return true;
        });
        return location;
    }
}

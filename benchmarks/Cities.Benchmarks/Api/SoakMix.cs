using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace Cities.Benchmarks.Api;

/// <summary>Requests of all kinds, most of them different from those before; each knows what may be answered.</summary>
internal sealed class SoakMix
{
    private const string Json = "application/json";

    private readonly HttpClient _client;
    private readonly IReadOnlyList<ApiPlace> _places;
    private readonly ConcurrentDictionary<string, string> _etags = [];
    private readonly Func<ApiPlace, Task<(HttpStatusCode, string?)>>[] _kinds;

    private SoakMix(HttpClient client, IReadOnlyList<ApiPlace> places)
    {
        (_client, _places) = (client, places);
        _kinds =
        [
            place => AskAsync($"/api/v1/cities/{place.Id}"),
            place => AskAsync($"/api/v1/cities/{place.Id}?lang=fr"),
            place => AskAsync($"/api/v1/cities/{place.Id}/names"),
            _ => AskAsync($"/api/v1/cities?limit=20&offset={Random.Shared.Next(10_000)}"),
            place => AskAsync($"/api/v1/cities?bbox={place.Box(Random.Shared.NextDouble())}"),
            _ => AskAsync($"/api/v1/cities?orderBy=-population&minPopulation={Random.Shared.Next(100_000)}&f=geojson"),
            _ => AskAsync($"/api/v1/countries?limit=50&offset={Random.Shared.Next(200)}"),
            place => AskAsync($"/api/v1/search?q={Uri.EscapeDataString(place.WithTypingError())}"),
            place => AskAsync($"/api/v1/search?q={Uri.EscapeDataString(place.Name)}"),
            place => AskAsync($"/api/v1/cities/autocomplete?query={Uri.EscapeDataString(place.Name[..Math.Min(place.Name.Length, 3)])}"),
            place => AskAsync($"/api/v1/cities/nearest?{place.Near(Random.Shared.NextDouble())}&k=10"),
            place => AskAsync($"/api/v1/reverse?{place.Near(Random.Shared.NextDouble())}"),
            place => AskAsync($"/api/v1/postal-codes/nearest?{place.Near(Random.Shared.NextDouble())}"),
            place => AskAsync(place.Tile(Random.Shared.Next(3, 9)), expected: [HttpStatusCode.OK, HttpStatusCode.NoContent]),
            place => AskAsync($"/api/v1/cities?bbox={place.Box(2)}", "text/csv"),
            _ => AskAsync($"/ogc/collections/cities/items?limit=20&after={Random.Shared.Next(1_000_000)}"),
            place => AskAsync($"/ogc/collections/cities/items/{place.Id}"),
            place => PostAsync(place.Polygon(0.5)),
            _ => AskAsync("/api/v1/stats"),
            _ => AskAsync("/api/v1/imports"),
            place => AskAgainAsync($"/api/v1/cities/{place.Id}?fields=name"),
            place => AskAgainAsync($"/api/v1/cities/{place.Id}/districts"),
            place => AskAgainAsync($"/api/v1/cities/nearest?{place.Near(0)}"),
            _ => AskAgainAsync("/api/v1/cities"),
            _ => AskAsync($"/api/v1/cities?limit={Random.Shared.Next(-100, 0)}", expected: HttpStatusCode.BadRequest),
            _ => AskAsync($"/api/v1/cities/nearest?lat={Random.Shared.Next(91, 1000)}&lon=0", expected: HttpStatusCode.BadRequest),
            _ => AskAsync($"/api/v1/cities/{Random.Shared.Next(100_000_000, 200_000_000)}", expected: HttpStatusCode.NotFound),
        ];
    }

    /// <summary>Finds out for what can be asked.</summary>
    /// <param name="client">The running API.</param>
    public static async Task<SoakMix> CreateAsync(HttpClient client) => new(client, await ApiPlace.LargestAsync(client));

    /// <summary>Sends a request, whichever.</summary>
    /// <returns>The status of the answer, and what is wrong with it, if anything.</returns>
    public Task<(HttpStatusCode Status, string? Problem)> AskAsync() =>
        _kinds[Random.Shared.Next(_kinds.Length)](_places[Random.Shared.Next(_places.Count)]);

    private async Task<(HttpStatusCode, string?)> AskAsync(string path, string accept = Json, params HttpStatusCode[] expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await SendAsync(request, _ => { }, expected is [] ? [HttpStatusCode.OK] : expected);
    }

    private Task<(HttpStatusCode, string?)> AskAsync(string path, params HttpStatusCode[] expected) => AskAsync(path, "*/*", expected);

    /// <summary>With the ETag of the last answer.</summary>
    private async Task<(HttpStatusCode, string?)> AskAgainAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (_etags.TryGetValue(path, out var etag))
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        return await SendAsync(
            request, answer => _etags[path] = answer.Headers.ETag!.ToString(), HttpStatusCode.OK, HttpStatusCode.NotModified);
    }

    private async Task<(HttpStatusCode, string?)> PostAsync(string polygon)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/cities/within?limit=10");
        request.Content = new StringContent(polygon, Encoding.UTF8, "application/geo+json");
        return await SendAsync(request, _ => { }, HttpStatusCode.OK);
    }

    private async Task<(HttpStatusCode, string?)> SendAsync(
        HttpRequestMessage request, Action<HttpResponseMessage> onExpected, params HttpStatusCode[] expected)
    {
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        if (expected.Contains(response.StatusCode))
        {
            onExpected(response);
            return (response.StatusCode, null);
        }

        return (response.StatusCode, string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))}"));
    }
}

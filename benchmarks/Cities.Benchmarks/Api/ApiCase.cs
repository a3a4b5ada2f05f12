using System.Text.Json;

namespace Cities.Benchmarks.Api;

/// <summary>Requests of one kind, which are sent in turn.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Paths">The requests' paths and queries.</param>
internal sealed record ApiCase(string Name, IReadOnlyList<string> Paths)
{
    private const int Variants = 20;
    private const long Deep = 10_000;

    /// <summary>All cases, with places that are spread over what the API serves.</summary>
    /// <param name="api">The running API.</param>
    public static async Task<IReadOnlyList<ApiCase>> CreateAsync(HttpClient api)
    {
        var largest = await ApiPlace.LargestAsync(api);
        List<ApiPlace> places = [.. largest.Where((_, index) => index % (largest.Count / Variants) == 0)];
        var cursor = await CursorAsync(api, Deep);
        return
        [
            new("retrieve", [.. places.Select(place => $"/api/v1/cities/{place.Id}")]),
            new("first page", ["/api/v1/cities"]),
            new($"page at offset {Deep}", [$"/api/v1/cities?offset={Deep}"]),
            new("the same page by cursor", [cursor]),
            new("autocomplete, 2 letters", [.. Parts(places, 2).Select(Autocomplete)]),
            new("autocomplete, 4 letters", [.. Parts(places, 4).Select(Autocomplete)]),
            new("search for a name", [.. places.Select(place => Search(place.Name))]),
            new("search for 3 letters", [.. Parts(places, 3).Select(Search)]),
            new("search with a typing error", [.. places.Select(place => Search(place.WithTypingError()))]),
            new("search with two typing errors", [.. places.Select(place => Search($"{place.WithTypingError()}x"))]),
            new("nearest, k=10", [.. places.Select(place => $"/api/v1/cities/nearest?{place.Near(0.1)}&k=10")]),
            new("bbox of 1 degree", [.. places.Select(place => $"/api/v1/cities?bbox={place.Box(0.5)}")]),
            new("reverse", [.. places.Select(place => $"/api/v1/reverse?{place.Near(0.05)}")]),
            new("tile, zoom 6", [.. places.Select(place => place.Tile(6)).Distinct()]),
        ];
    }

    private static string Autocomplete(string text) => $"/api/v1/cities/autocomplete?query={Uri.EscapeDataString(text)}";

    private static string Search(string text) => $"/api/v1/search?q={Uri.EscapeDataString(text)}";

    private static IEnumerable<string> Parts(IEnumerable<ApiPlace> places, int length) =>
        places.Where(place => place.Name.Length >= length).Select(place => place.Name[..length]).Distinct();

    /// <summary>The address of the page that has so many features before it.</summary>
    private static async Task<string> CursorAsync(HttpClient api, long depth)
    {
        const int step = 1000;
        var path = $"/api/v1/cities?after=&limit={step}&fields=id";
        for (long passed = 0; passed < depth; passed += step)
        {
            using var page = JsonDocument.Parse(await api.GetStringAsync(path));
            path = new Uri(page.RootElement.GetProperty("next").GetString()!).PathAndQuery;
        }

        var after = path.Split('?', '&').Single(parameter => parameter.StartsWith("after=", StringComparison.Ordinal));
        return $"/api/v1/cities?{after}";
    }
}

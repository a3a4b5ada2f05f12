using System.Globalization;
using System.Text.Json;

namespace Cities.Benchmarks.Api;

/// <summary>A city to ask for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, in ASCII.</param>
/// <param name="Longitude">Degrees, east positive.</param>
/// <param name="Latitude">Degrees, north positive.</param>
internal sealed record ApiPlace(int Id, string Name, double Longitude, double Latitude)
{
    private const int Considered = 1000;

    /// <summary>The largest cities, all around the world.</summary>
    /// <param name="api">The running API.</param>
    public static async Task<IReadOnlyList<ApiPlace>> LargestAsync(HttpClient api)
    {
        var json = await api.GetStringAsync($"/api/v1/cities?orderBy=-population&limit={Considered}&fields=asciiName,location");
        using var page = JsonDocument.Parse(json);
        return [.. page.RootElement.GetProperty("results").EnumerateArray()
            .Select(city => new ApiPlace(
                city.GetProperty("id").GetInt32(),
                city.GetProperty("asciiName").GetString()!,
                city.GetProperty("location").GetProperty("longitude").GetDouble(),
                city.GetProperty("location").GetProperty("latitude").GetDouble()))];
    }

    /// <summary>Its name with two letters exchanged.</summary>
    public string WithTypingError() => Name.Length < 4 ? Name : $"{Name[0]}{Name[2]}{Name[1]}{Name[3..]}";

    /// <summary>Parameters of a point beside it.</summary>
    public string Near(double degrees) => string.Create(
        CultureInfo.InvariantCulture, $"lat={Math.Min(Latitude + degrees, 90):0.#####}&lon={Math.Min(Longitude + degrees, 180):0.#####}");

    /// <summary>A box around it.</summary>
    public string Box(double degrees) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Longitude - degrees:0.#####},{Latitude - degrees:0.#####},{Longitude + degrees:0.#####},{Latitude + degrees:0.#####}");

    /// <summary>A polygon around it, in GeoJSON.</summary>
    public string Polygon(double degrees)
    {
        var (west, south, east, north) = (Longitude - degrees, Latitude - degrees, Longitude + degrees, Latitude + degrees);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            { "type": "Polygon", "coordinates": [[
              [{{west:0.#####}}, {{south:0.#####}}], [{{east:0.#####}}, {{south:0.#####}}],
              [{{Longitude:0.#####}}, {{north:0.#####}}], [{{west:0.#####}}, {{south:0.#####}}]]] }
            """);
    }

    /// <summary>The address of the tile that it is in.</summary>
    public string Tile(int zoom)
    {
        var side = 1 << zoom;
        var x = (int)((Longitude + 180) / 360 * side);
        var y = (int)((1 - (Math.Asinh(Math.Tan(double.DegreesToRadians(Latitude))) / Math.PI)) / 2 * side);
        return string.Create(CultureInfo.InvariantCulture, $"/tiles/cities/{zoom}/{x}/{y}.mvt");
    }
}

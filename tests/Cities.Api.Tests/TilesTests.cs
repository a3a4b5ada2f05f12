using System.Net;
using Cities.Api.Tests.Http;
using Npgsql;

namespace Cities.Api.Tests;

public sealed class TilesTests(ApiFixture api)
{
    private const int MaximumZoom = 14;
    private const double LondonLongitude = -0.12574;
    private const double LondonLatitude = 51.50853;

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(MaximumZoom)]
    public async Task London_is_in_its_tile_where_it_should_be(int zoom)
    {
        var (x, y) = Position(zoom, LondonLongitude, LondonLatitude);

        var layer = Assert.Single((await TileAsync(zoom, (int)x, (int)y)).Layers);

        Assert.Equal(("cities", 2, 4096), (layer.Name, layer.Version, layer.Extent));
        var london = layer.Features.Single(feature => feature.Id == 2643743);
        Assert.InRange(london.X, (x % 1 * 4096) - 1, (x % 1 * 4096) + 1);
        Assert.InRange(london.Y, (y % 1 * 4096) - 1, (y % 1 * 4096) + 1);
        Assert.Equal(["countryCode", "featureCode", "id", "name", "population"], london.Attributes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            (2643743L, "London", "GB", "PPLC"),
            (london.Attributes["id"], london.Attributes["name"], london.Attributes["countryCode"], london.Attributes["featureCode"]));
        Assert.Equal(
            await api.Database.ScalarAsync<long>("SELECT population::bigint FROM cities WHERE id = 2643743"), london.Attributes["population"]);
    }

    [Fact]
    public async Task The_tiles_of_the_greatest_zoom_hold_every_city_of_their_area()
    {
        var cities = await CitiesAsync();
        // Enough of the smallest and of the largest to find what one tile in a hundred would leave out.
        var sample = cities.Where((_, index) => index % 9 == 0 || index < 100);
        foreach (var tile in sample.GroupBy(city => Tile(MaximumZoom, city.Longitude, city.Latitude)))
        {
            var features = (await TileAsync(MaximumZoom, tile.Key.X, tile.Key.Y)).Layers.Single().Features;

            var expected = cities
                .Where(city => Tile(MaximumZoom, city.Longitude, city.Latitude) == tile.Key)
                .Select(city => (ulong)city.Id)
                .ToHashSet();
            Assert.Subset(features.Select(feature => feature.Id).ToHashSet(), expected);
            // What is on an edge may be on either side of it.
            Assert.Subset(expected, features.Where(feature => feature is { X: > 0 and < 4096, Y: > 0 and < 4096 }).Select(feature => feature.Id).ToHashSet());
            Assert.Equal(features.Count, features.DistinctBy(feature => feature.Id).Count());
        }
    }

    [Fact]
    public async Task A_greater_zoom_shows_all_that_a_smaller_one_shows()
    {
        var (x, y) = (0, 0);
        HashSet<ulong>? above = null;
        for (var zoom = 0; zoom <= MaximumZoom; zoom++)
        {
            var (column, row) = Position(zoom, LondonLongitude, LondonLatitude);
            (x, y) = ((int)column, (int)row);
            var features = (await TileAsync(zoom, x, y)).Layers.Single().Features;
            var shown = features.Select(feature => feature.Id).ToHashSet();
            if (above is not null)
            {
                var inside = (await CitiesAsync()).Where(city => Tile(zoom, city.Longitude, city.Latitude) == (x, y)).Select(city => (ulong)city.Id);
                Assert.Subset(shown, inside.Intersect(above).ToHashSet());
            }

            above = shown;
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(4, 7, 5)]
    [InlineData(6, 31, 21)]
    public async Task A_tile_of_a_small_zoom_holds_the_few_largest_cities_of_each_part(int zoom, int x, int y)
    {
        var features = (await TileAsync(zoom, x, y)).Layers.Single().Features;

        var cells = features.Where(IsInside).GroupBy(feature => (feature.X / 256, feature.Y / 256)).ToList();
        Assert.All(cells, cell => Assert.InRange(cell.Count(), 1, 4));
        Assert.InRange(features.Count, 4, 18 * 18 * 4);
        var populations = features.Select(feature => (long)feature.Attributes["population"]).ToList();
        Assert.Equal(populations.OrderDescending(), populations);

        // Of the part that London is in, the largest cities.
        var cities = (await CitiesAsync()).Where(city => Tile(zoom, city.Longitude, city.Latitude) == (x, y)).ToList();
        Assert.True(cities.Count > features.Count, $"{cities.Count} cities are no more than {features.Count}");
        var london = features.Single(feature => feature.Id == 2643743);
        var expected = cities
            .Where(city => Cell(city.Longitude, city.Latitude) == (london.X / 256, london.Y / 256))
            .OrderByDescending(city => city.Population).ThenByDescending(city => city.Id).Take(4).Select(city => (ulong)city.Id);
        Assert.Equal(expected, cells.Single(cell => cell.Key == (london.X / 256, london.Y / 256)).Select(feature => feature.Id));

        (int X, int Y) Cell(double longitude, double latitude)
        {
            var (column, row) = Position(zoom, longitude, latitude);
            return ((int)((column - x) * 16), (int)((row - y) * 16));
        }
    }

    [Fact]
    public async Task A_city_beyond_the_edge_is_there_for_its_symbol()
    {
        var cities = await CitiesAsync();
        // A city a little east of the edge between two tiles.
        const int zoom = 12;
        var city = cities.First(each => Position(zoom, each.Longitude, each.Latitude).X % 1 * 4096 is > 2 and < 60);
        var (x, y) = Tile(zoom, city.Longitude, city.Latitude);

        var neighbour = (await TileAsync(zoom, x - 1, y)).Layers.Single().Features.Single(feature => feature.Id == (ulong)city.Id);

        Assert.InRange(neighbour.X, 4096, 4096 + 64);
    }

    [Theory]
    [InlineData("/tiles/cities/14/0/0.mvt")]
    [InlineData("/tiles/cities/1/1/1.mvt")]
    public async Task A_tile_without_a_city_has_no_content(string path)
    {
        using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.Public);
        using var again = await api.Client.AskAsync(path, ("If-None-Match", response.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("15/0/0.mvt")]
    [InlineData("-1/0/0.mvt")]
    [InlineData("0/1/0.mvt")]
    [InlineData("0/0/1.mvt")]
    [InlineData("3/8/0.mvt")]
    [InlineData("3/0/8.mvt")]
    [InlineData("3/-1/0.mvt")]
    [InlineData("99999999999/0/0.mvt")]
    [InlineData("3/a/0.mvt")]
    [InlineData("3/0/0.png")]
    public async Task A_tile_that_there_is_not_is_not_found(string tile) =>
        await api.Client.GetProblemAsync($"/tiles/cities/{tile}", HttpStatusCode.NotFound);

    [Theory]
    [InlineData("/tiles/cities/0/0/0.mvt?lang=%25")]
    [InlineData("/tiles/cities.json?lang=a,")]
    public async Task A_bad_language_is_named(string path)
    {
        var problem = await api.Client.GetProblemAsync(path, HttpStatusCode.BadRequest);

        Assert.Equal(["lang"], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Names_are_in_the_language_asked_for()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await database.ScalarAsync<long>(
            """
            WITH name AS (
              INSERT INTO alternative_names (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic)
              VALUES (1, 2643743, 1, 'fr', 'Londres', true, false, false, false) RETURNING id)
            SELECT count(*) FROM name
            """);
        using var client = api.CreateClient(database.ConnectionString);

        Assert.Equal("Londres", await NameAsync("?lang=xx,fr-CA"));
        Assert.Equal("London", await NameAsync("?lang=de"));
        Assert.Equal("London", await NameAsync(""));

        async Task<object> NameAsync(string query) =>
            (await TileAsync(0, 0, 0, query, client)).Layers.Single().Features.Single(feature => feature.Id == 2643743).Attributes["name"];
    }

    [Theory]
    [InlineData("minPopulation=200000")]
    [InlineData("maxPopulation=1500")]
    [InlineData("minPopulation=5000&maxPopulation=5100")]
    public async Task A_tile_holds_the_largest_of_the_cities_that_meet_the_conditions(string conditions)
    {
        var wanted = (await api.Client.GetJsonAsync($"/api/v1/cities?{conditions}&limit=1000&fields=id"))["results"]!.AsArray()
            .Select(city => (ulong)(int)city!["id"]!)
            .ToHashSet();

        var found = (await TileAsync(5, 15, 10, $"?{conditions}")).Layers.Single().Features.Select(feature => feature.Id)
            .Concat((await TileAsync(5, 16, 10, $"?{conditions}")).Layers.Single().Features.Select(feature => feature.Id))
            .ToHashSet();

        Assert.NotEmpty(found);
        Assert.Subset(wanted, found);
        Assert.NotEqual(found, (await TileAsync(5, 15, 10)).Layers.Single().Features.Select(feature => feature.Id).ToHashSet());
    }

    [Fact]
    public async Task A_tile_of_another_country_is_empty()
    {
        using var none = await api.Client.AskAsync("/tiles/cities/0/0/0.mvt?country=FR");
        Assert.Equal(HttpStatusCode.NoContent, none.StatusCode);
        Assert.NotEmpty((await TileAsync(0, 0, 0, "?country=FR,GB")).Layers.Single().Features);
    }

    [Fact]
    public async Task The_tiles_are_described_by_TileJSON()
    {
        var description = await api.Client.GetJsonAsync("/tiles/cities.json");

        Assert.Equal("3.0.0", (string?)description["tilejson"]);
        Assert.Equal("xyz", (string?)description["scheme"]);
        Assert.Equal((0, MaximumZoom), ((int)description["minzoom"]!, (int)description["maxzoom"]!));
        Assert.Contains("GeoNames", (string?)description["attribution"], StringComparison.Ordinal);
        var template = Assert.Single(description["tiles"]!.AsArray())!.ToString();
        Assert.Equal("http://localhost/tiles/cities/{z}/{x}/{y}.mvt", template);
        var bounds = description["bounds"]!.AsArray().Select(number => (double)number!).ToArray();
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT min(ST_X(location)) FROM cities"), bounds[0]);
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT max(ST_Y(location)) FROM cities"), bounds[3]);
        var layer = Assert.Single(description["vector_layers"]!.AsArray())!;
        var tile = Assert.Single((await TileAsync(0, 0, 0)).Layers);
        Assert.Equal(tile.Name, (string?)layer["id"]);
        Assert.Equal(
            tile.Features[0].Attributes.Keys.Order(StringComparer.Ordinal),
            layer["fields"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));

        Assert.EndsWith(
            "/{z}/{x}/{y}.mvt?lang=fr&country=GB", (string?)(await api.Client.GetJsonAsync("/tiles/cities.json?country=GB&lang=fr"))["tiles"]![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operations_are_described_with_their_parameters_and_errors()
    {
        var paths = (await api.Client.GetJsonAsync("/openapi/v1.json"))["paths"]!;

        var tile = paths["/tiles/cities/{z}/{x}/{y}.mvt"]!["get"]!;
        Assert.NotNull(tile["responses"]!["200"]!["content"]!["application/vnd.mapbox-vector-tile"]);
        Assert.Equal(["200", "204", "304", "400", "401", "404", "429", "503"], tile["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["z", "x", "y", "lang", "country", "minPopulation", "maxPopulation"], tile["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!));
        var description = paths["/tiles/cities.json"]!["get"]!;
        Assert.NotNull(description["responses"]!["200"]!["content"]!["application/json"]!["example"]);
        foreach (var operation in new[] { tile, description })
        {
            Assert.NotEmpty((string?)operation["operationId"] ?? "");
            Assert.NotEmpty((string?)operation["summary"] ?? "");
            Assert.NotEmpty((string?)operation["description"] ?? "");
            Assert.All(operation["parameters"]!.AsArray(), parameter =>
            {
                Assert.NotEmpty((string?)parameter!["description"] ?? "");
                Assert.NotNull(parameter["example"]);
            });
        }
    }

    private async Task<VectorTile> TileAsync(int zoom, int x, int y, string query = "", HttpClient? client = null)
    {
        using var response = await (client ?? api.Client).GetAsync(
            new Uri($"/tiles/cities/{zoom}/{x}/{y}.mvt{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/vnd.mapbox-vector-tile", response.Content.Headers.ContentType?.MediaType);
        return VectorTile.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task<List<(int Id, double Longitude, double Latitude, long Population)>> CitiesAsync()
    {
        await using var connection = new NpgsqlConnection(api.Database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT id, ST_X(location), ST_Y(location), population FROM cities ORDER BY population DESC, id DESC", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var cities = new List<(int, double, double, long)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            cities.Add((reader.GetInt32(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetInt64(3)));
        return cities;
    }

    /// <summary>The position in tiles of a zoom, by the formulas of Web Mercator.</summary>
    private static (double X, double Y) Position(int zoom, double longitude, double latitude)
    {
        var radians = double.DegreesToRadians(latitude);
        return (
            (longitude + 180) / 360 * (1 << zoom),
            (1 - (Math.Log(Math.Tan(radians) + (1 / Math.Cos(radians))) / Math.PI)) / 2 * (1 << zoom));
    }

    private static (int X, int Y) Tile(int zoom, double longitude, double latitude)
    {
        var (x, y) = Position(zoom, longitude, latitude);
        return ((int)x, (int)y);
    }

    private static bool IsInside(VectorTile.Feature feature) => feature is { X: >= 0 and < 4096, Y: >= 0 and < 4096 };
}

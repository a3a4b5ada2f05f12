using System.Globalization;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>Bounding boxes of countries, regions and subregions.</summary>
public sealed class BoundingBoxTests(ApiFixture api)
{
    [Theory]
    [InlineData("countries/GB", "country.code = 'GB'")]
    [InlineData("regions/GB.ENG", "country.code = 'GB' AND region.code = 'ENG'")]
    [InlineData("subregions/{0}", "city.subregion_id = {0}")]
    public async Task An_import_computes_the_box_of_the_cities(string path, string condition)
    {
        var subregion = await api.Database.ScalarAsync<int>("SELECT max(subregion_id) FROM cities");
        path = string.Format(CultureInfo.InvariantCulture, path, subregion);
        condition = string.Format(CultureInfo.InvariantCulture, condition, subregion);
        var expected = await api.Database.ScalarAsync<double[]>(
            $"""
            SELECT ARRAY[min(ST_X(location)), min(ST_Y(location)), max(ST_X(location)), max(ST_Y(location))]
            FROM cities city JOIN countries country ON country.id = city.country_id
            LEFT JOIN regions region ON region.id = city.region_id
            WHERE {condition}
            """);

        var place = await api.Client.GetJsonAsync($"/api/v1/{path}?fields=id,bbox");
        var found = await api.Client.GetJsonAsync($"/api/v1/places/{place["id"]}?fields=bbox");

        Assert.Equal(expected, Box(place));
        Assert.Equal(expected, Box(found));
    }

    [Fact]
    public async Task Search_results_have_the_box_of_a_division_and_none_of_a_city()
    {
        var region = (await api.Client.GetJsonAsync("/api/v1/search?q=england&type=region"))["results"]![0]!;
        var city = (await api.Client.GetJsonAsync("/api/v1/search?q=london&type=city"))["results"]![0]!;
        var csv = await api.Client.GetStringAsync(
            "/api/v1/search?q=england&type=region&limit=1&fields=bbox&f=csv", TestContext.Current.CancellationToken);

        Assert.Equal(Box(await api.Client.GetJsonAsync("/api/v1/regions/GB.ENG?fields=bbox")), Box(region));
        Assert.Contains($"\"{string.Join(',', Box(region)!.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))}\"", csv, StringComparison.Ordinal);
        Assert.Null(city["bbox"]);
    }

    [Fact]
    public async Task A_box_crosses_the_antimeridian_if_it_is_narrower_there_and_ends_with_its_cities()
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO continents (id, code, name) VALUES (1, 'OC', 'Oceania');
            INSERT INTO countries (id, code, code3, numeric_code, name, population, continent_id, languages, neighbours)
            VALUES (2, 'FJ', 'FJI', 242, 'Fiji', 0, 1, '{}', '{}'), (3, 'KI', 'KIR', 296, 'Kiribati', 0, 1, '{}', '{}'),
              (6, 'TV', 'TUV', 798, 'Tuvalu', 0, 1, '{}', '{}');
            INSERT INTO cities (id, name, ascii_name, feature_code, country_id, population, location)
            SELECT 10 + row_number() OVER (), 'Place', 'Place', 'PPL', country_id, 0, ST_SetSRID(ST_MakePoint(x, y), 4326)
            FROM (VALUES (2, 177.5, -18.0), (2, -178.8, -16.5), (3, -157.5, 1.9), (3, -171.5, -4.5), (6, 179.2, -8.5))
              AS place (country_id, x, y);
            DO 'BEGIN PERFORM refresh_bounding_boxes(); END'
            """);
        using var client = api.CreateClient(database.ConnectionString, ("Api:Cache:Output", "false"));

        Assert.Equal("177.5, -18, -178.8, -16.5", await BoxAsync("FJ"));
        Assert.Equal("-171.5, -4.5, -157.5, 1.9", await BoxAsync("KI"));
        Assert.Equal("179.2, -8.5, 179.2, -8.5", await BoxAsync("TV"));

        await database.ExecuteAsync("DELETE FROM cities WHERE country_id = 2; DO 'BEGIN PERFORM refresh_bounding_boxes(); END'");
        Assert.Null(await BoxAsync("FJ"));

        async Task<string?> BoxAsync(string country) =>
            Box(await client.GetJsonAsync($"/api/v1/countries/{country}?fields=bbox")) is { } box
                ? string.Join(", ", box.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))
                : null;
    }

    private static double[]? Box(JsonNode place) =>
        place["bbox"] is JsonArray box ? [.. box.Select(bound => (double)bound!)] : null;
}

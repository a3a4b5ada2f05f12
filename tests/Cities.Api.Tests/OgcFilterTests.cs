using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Cities.Api.Tests;

/// <summary>
/// The abstract test suites of OGC API – Features – Part 2 (OGC 18-058r1), Part 3 (OGC 19-079r2), Part 5 (OGC 23-058) and of CQL2
/// (OGC 21-065r2): the names of tests begin with the abstract tests'.
/// </summary>
public sealed class OgcFilterTests(ApiFixture api)
{
    private const string Crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    private const string Wgs84 = "http://www.opengis.net/def/crs/EPSG/0/4326";
    private const string WebMercator = "http://www.opengis.net/def/crs/EPSG/0/3857";
    private const string Cities = "/ogc/collections/cities/items";
    private const string InLondon = "location && ST_MakeEnvelope(-0.6, 51.2, 0.4, 51.8, 4326)";

    [Fact]
    public async Task Crs_crs_uri_and_storageCrs_a_collection_lists_its_systems()
    {
        foreach (var collection in (await api.Client.GetJsonAsync("/ogc/collections"))["collections"]!.AsArray())
        {
            Assert.Equal([Crs84, Wgs84, WebMercator], collection!["crs"]!.AsArray().Select(crs => (string)crs!));
            Assert.Equal(Crs84, (string?)collection["storageCrs"]);
        }
    }

    [Theory]
    [InlineData(null, -0.12574, 51.50853)]
    [InlineData(Crs84, -0.12574, 51.50853)]
    [InlineData(Wgs84, 51.50853, -0.12574)]
    [InlineData(WebMercator, -13997.312772346218, 6711744.580094591)]
    public async Task Crs_crs_parameter_and_content_crs_header_coordinates_are_in_the_requested_system(string? crs, double first, double second)
    {
        var query = crs is null ? "" : $"crs={crs}";
        foreach (var path in new[] { $"{Cities}/2643743?{query}", $"{Cities}?name=London&{query}", $"{Cities}?name=London&{query}" })
        {
            using var response = await api.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal($"<{crs ?? Crs84}>", response.Headers.GetValues("Content-Crs").Single());
            var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
            var position = (answer["features"]?[0] ?? answer)["geometry"]!["coordinates"]!.AsArray().Select(number => (double)number!).ToArray();
            Assert.Equal(first, position[0], 1e-6);
            Assert.Equal(second, position[1], 1e-6);
        }
    }

    [Theory]
    [InlineData("bbox=-0.6,51.2,0.4,51.8&bbox-crs=" + Crs84)]
    [InlineData("bbox=51.2,-0.6,51.8,0.4&bbox-crs=" + Wgs84)]
    [InlineData("bbox=51.2,-0.6,-5,51.8,0.4,5&bbox-crs=" + Wgs84)]
    [InlineData("bbox=-66791.7,6656747.94,44527.8,6764043.37&bbox-crs=" + WebMercator)]
    public async Task Crs_bbox_crs_parameter_the_box_is_in_the_system(string query) =>
        await AssertMatchedAsync(query, InLondon);

    [Fact]
    public async Task Crs_bbox_crs_parameter_the_world_is_a_box_in_every_system()
    {
        foreach (var query in new[]
        {
            $"bbox=-90,-180,90,180&bbox-crs={Wgs84}",
            $"bbox=-20037508.342789244,-20048966.1,20037508.342789244,20048966.1&bbox-crs={WebMercator}",
        })
        {
            await AssertMatchedAsync(query, "true");
        }

        await AssertFaultAsync($"bbox=-91,0,0,1&bbox-crs={Wgs84}", "bbox", "latitude");
        await AssertFaultAsync($"bbox=-30000000,0,0,1&bbox-crs={WebMercator}", "bbox", "longitude");
    }

    [Theory]
    [InlineData("cities")]
    [InlineData("postal-codes")]
    public async Task Queryables_and_schemas_a_collection_links_to_its_schemas(string name)
    {
        var links = (await api.Client.GetJsonAsync($"/ogc/collections/{name}"))["links"]!.AsArray();
        var types = new Dictionary<string, JsonObject>();
        foreach (var relation in new[] { "schema", "queryables", "sortables" })
        {
            var link = links.Single(each => (string?)each!["rel"] == $"http://www.opengis.net/def/rel/ogc/1.0/{relation}")!;
            types[relation] = await SchemaAsync((string)link["href"]!);
            Assert.Equal((string?)link["href"], (string?)types[relation]["$id"]);
        }

        var schema = types["schema"]["properties"]!.AsObject();
        Assert.Equal("id", (string?)schema["id"]!["x-ogc-role"]);
        Assert.Equal("primary-geometry", (string?)schema["location"]!["x-ogc-role"]);
        Assert.Equal("geometry-point", (string?)schema["location"]!["format"]);
        Assert.All(types.Values.SelectMany(each => each["properties"]!.AsObject()), property =>
            Assert.Equal(schema[property.Key]!.ToJsonString(), property.Value!.ToJsonString()));
        Assert.Equal(
            name == "cities" ? ["id", "name", "population"] : ["id"],
            types["sortables"]["properties"]!.AsObject().Select(property => property.Key));

        // Each is a parameter too, but the location.
        var parameters = (await api.Client.GetJsonAsync("/openapi/v1.json"))["paths"]![$"/ogc/collections/{name}/items"]!["get"]!["parameters"]!.AsArray()
            .Select(parameter => (string)parameter!["name"]!);
        Assert.Equal(
            ["location"], types["queryables"]["properties"]!.AsObject().Select(property => property.Key).Except(parameters));
    }

    [Fact]
    public async Task Schemas_the_schema_of_GeoJSON_has_the_members_of_a_feature()
    {
        var link = (await api.Client.GetJsonAsync("/ogc/collections/cities"))["links"]!.AsArray()
            .Single(each => (string?)each!["rel"] == "describedBy")!;
        var schema = await SchemaAsync((string)link["href"]!);
        var feature = await FeaturesAsync("/2643743");

        Assert.Subset(
            feature.AsObject().Select(member => member.Key).ToHashSet(), schema["properties"]!.AsObject().Select(member => member.Key).ToHashSet());
        Assert.Equal(
            feature["properties"]!.AsObject().Select(property => property.Key),
            schema["properties"]!["properties"]!["properties"]!.AsObject().Select(property => property.Key));
    }

    [Theory]
    [InlineData("population", "population, id")]
    [InlineData("%2Bpopulation", "population, id")]
    [InlineData("-population", "population DESC, id DESC")]
    [InlineData("name", "search_text COLLATE \"C\", id")]
    [InlineData("-name", "search_text COLLATE \"C\" DESC, id DESC")]
    [InlineData("-id", "id DESC")]
    public async Task Sortables_sortby_features_are_in_order_on_all_pages_and_back(string sortby, string order)
    {
        const string condition = "country_id = (SELECT id FROM countries WHERE code = 'GB') AND population > 30000";
#pragma warning disable CA2100 // The orders are above.
        var expected = await api.Database.ScalarAsync<int[]>($"SELECT array_agg(id ORDER BY {order}) FROM cities WHERE {condition}");
#pragma warning restore CA2100
        var (forward, last) = await WalkAsync($"?filter=population>30000&countryCode=GB&sortby={sortby}&limit=70", "next");
        var (back, _) = await WalkAsync(last, "prev");

        Assert.Equal(expected, forward.SelectMany(page => page));
        Assert.Equal(expected, Enumerable.Reverse(back).SelectMany(page => page));

        async Task<(List<int[]> Pages, string Last)> WalkAsync(string address, string relation)
        {
            var pages = new List<int[]>();
            while (true)
            {
                var page = await FeaturesAsync(address);
                pages.Add([.. page["features"]!.AsArray().Select(feature => (int)feature!["id"]!)]);
                if (page["links"]!.AsArray().SingleOrDefault(link => (string?)link!["rel"] == relation) is not { } link)
                    return (pages, address);
                address = (string)link["href"]!;
            }
        }
    }

    [Fact]
    public async Task Sortables_sortby_a_cursor_belongs_to_its_order_and_is_refused_elsewhere()
    {
        var next = (string)(await FeaturesAsync("?sortby=-population&limit=1"))["links"]!.AsArray().Single(link => (string?)link!["rel"] == "next")!["href"]!;
        var cursor = next[(next.IndexOf("after=", StringComparison.Ordinal) + 6)..];

        await AssertFaultAsync($"sortby=population&after={cursor}", "after", "order");
        await AssertFaultAsync($"sortby=name&before={cursor}", "before", "order");
        await AssertFaultAsync($"after={cursor}", "after", "");
    }

    [Theory]
    // Comparisons, with literals and properties on either side.
    [InlineData("name = 'London'", "name = 'London'")]
    [InlineData("NAME = 'London'", null)]
    [InlineData("\"name\" = 'London'", "name = 'London'")]
    [InlineData("'London'=name", "name = 'London'")]
    [InlineData("name <> 'London'", "name <> 'London'")]
    [InlineData("population>=1e5 and population < 200000.5", "population >= 100000 AND population < 200000.5")]
    [InlineData("population > elevation", "population > elevation")]
    [InlineData("name = asciiName", "name = ascii_name")]
    [InlineData("elevation > -5", "elevation > -5")]
    [InlineData("countryCode = 'GB' AND regionCode = 'ENG'", "region_id = (SELECT id FROM regions WHERE code = 'ENG' AND country_id = (SELECT id FROM countries WHERE code = 'GB'))")]
    [InlineData("countryCode = 'ZZ'", "false")]
    [InlineData("NOT countryCode = 'ZZ'", "true")]
    [InlineData("modifiedOn < DATE('2020-01-01')", "modified_on < '2020-01-01'")]
    [InlineData("origin = 'geonames'", "true")]
    // Operators, their precedence, and parentheses.
    [InlineData("population > 100000 OR name = 'Bath' AND name = 'York'", "population > 100000")]
    [InlineData("(population > 100000 OR name = 'Bath') AND name <> 'York'", "(population > 100000 OR name = 'Bath') AND name <> 'York'")]
    [InlineData("NOT (name = 'London' OR name = 'Bath')", "name NOT IN ('London', 'Bath')")]
    [InlineData("not not name = 'London'", "name = 'London'")]
    [InlineData("TRUE", "true")]
    [InlineData("name = 'London' AND FALSE", "false")]
    // Advanced comparison operators.
    [InlineData("name LIKE 'Lon%'", "name LIKE 'Lon%'")]
    [InlineData("name NOT LIKE '%o_'", "name NOT LIKE '%o_'")]
    [InlineData("name LIKE '%''%'", "name LIKE '%''%'")]
    [InlineData(@"name LIKE '%\'%'", "name LIKE '%''%'")]
    [InlineData("population BETWEEN 100000 AND 200000", "population BETWEEN 100000 AND 200000")]
    [InlineData("population NOT BETWEEN 100000 AND 200000 AND name<>'x'", "population NOT BETWEEN 100000 AND 200000")]
    [InlineData("modifiedOn BETWEEN DATE('2010-01-01') AND DATE('2020-01-01')", "modified_on BETWEEN '2010-01-01' AND '2020-01-01'")]
    [InlineData("name IN ('London','Bath', 'O''Neill')", "name IN ('London', 'Bath')")]
    [InlineData("featureCode NOT IN ('PPL', 'PPLA2')", "feature_code NOT IN ('PPL', 'PPLA2')")]
    [InlineData("id IN (2643743, 2655603)", "id IN (2643743, 2655603)")]
    [InlineData("population IN (1000, 1500.5)", "population = 1000")]
    [InlineData("elevation IS NULL", "elevation IS NULL")]
    [InlineData("elevation IS NOT NULL", "elevation IS NOT NULL")]
    [InlineData("location IS NULL", "false")]
    // Spatial functions.
    [InlineData("S_INTERSECTS(location, BBOX(-0.6,51.2,0.4,51.8))", InLondon)]
    [InlineData("s_intersects(POLYGON((-0.6 51.2,0.4 51.2,0.4 51.8,-0.6 51.8,-0.6 51.2)), location)", InLondon)]
    [InlineData("S_INTERSECTS(location, POLYGON((51.2 -0.6,51.2 0.4,51.8 0.4,51.8 -0.6,51.2 -0.6)))&filter-crs=" + Wgs84, InLondon)]
    [InlineData("S_INTERSECTS(location, BBOX(51.2,-0.6,51.8,0.4))&filter-crs=" + Wgs84, InLondon)]
    [InlineData("S_INTERSECTS(location, POLYGON((-66791.7 6656747.94,44527.8 6656747.94,44527.8 6764043.37,-66791.7 6764043.37,-66791.7 6656747.94)))&filter-crs=" + WebMercator, InLondon)]
    [InlineData("S_INTERSECTS(location, POINT(-0.12574 51.50853))", "id = 2643743")]
    [InlineData("S_INTERSECTS(location, MULTIPOINT(-0.12574 51.50853, 0 0))", "id = 2643743")]
    [InlineData("S_INTERSECTS(location, LINESTRING(-0.12574 51.50853, 0 0))", "id = 2643743")]
    [InlineData("S_INTERSECTS(location, GEOMETRYCOLLECTION(POINT(-0.12574 51.50853), POINT Z(0 0 0)))", "id = 2643743")]
    [InlineData("NOT S_INTERSECTS(location, BBOX(-0.6,51.2,0.4,51.8)) AND population > 200000", "NOT (" + InLondon + ") AND population > 200000")]
    [InlineData("S_DWITHIN(location, POINT(-0.1276 51.5072), 10000)", "ST_DWithin(location::geography, 'POINT(-0.1276 51.5072)'::geography, 10000)")]
    [InlineData("S_DWITHIN(location, LINESTRING(51.5 -0.1, 52 -1.9), 5e3)&filter-crs=" + Wgs84, "ST_DWithin(location::geography, 'LINESTRING(-0.1 51.5, -1.9 52)'::geography, 5000)")]
    public async Task Cql2_text_features_that_meet_the_expression_are_answered(string filter, string? condition)
    {
        var (expression, rest) = filter.IndexOf('&', StringComparison.Ordinal) is > 0 and var end ? (filter[..end], filter[end..]) : (filter, "");
        var query = $"filter={Uri.EscapeDataString(expression)}{rest}";
        if (condition is null)
            await AssertFaultAsync(query, "filter", "NAME");
        else
            await AssertMatchedAsync(query, condition);
    }

    [Theory]
    [InlineData("""{"op":"=","args":[{"property":"name"},"London"]}""", "name = 'London'")]
    [InlineData("""{"op":"and","args":[{"op":">","args":[{"property":"population"},100000]},{"op":"<=","args":[{"property":"population"},2e5]},{"op":"<>","args":["x",{"property":"name"}]}]}""", "population > 100000 AND population <= 200000")]
    [InlineData("""{"op":"or","args":[{"op":"like","args":[{"property":"name"},"Lon%"]},{"op":"in","args":[{"property":"name"},["Bath","York"]]}]}""", "name LIKE 'Lon%' OR name IN ('Bath', 'York')")]
    [InlineData("""{"op":"not","args":[{"op":"isNull","args":[{"property":"elevation"}]}]}""", "elevation IS NOT NULL")]
    [InlineData("""{"op":"between","args":[{"property":"modifiedOn"},{"date":"2010-01-01"},{"date":"2020-01-01"}]}""", "modified_on BETWEEN '2010-01-01' AND '2020-01-01'")]
    [InlineData("""{"op":"s_intersects","args":[{"property":"location"},{"bbox":[-0.6,51.2,0.4,51.8]}]}""", InLondon)]
    [InlineData("""{"op":"s_intersects","args":[{"property":"location"},{"type":"Polygon","coordinates":[[[-0.6,51.2],[0.4,51.2],[0.4,51.8],[-0.6,51.8],[-0.6,51.2]]]}]}""", InLondon)]
    [InlineData("""{"op":"s_intersects","args":[{"property":"location"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[-0.12574,51.50853,10]},{"type":"MultiPolygon","coordinates":[[[[-1,0],[1,0],[1,1],[-1,0]]]]}]}]}""", "id = 2643743")]
    [InlineData("""{"op":"s_dwithin","args":[{"property":"location"},{"type":"Point","coordinates":[-0.1276,51.5072]},10000]}""", "ST_DWithin(location::geography, 'POINT(-0.1276 51.5072)'::geography, 10000)")]
    [InlineData("true", "true")]
    public async Task Cql2_json_features_that_meet_the_expression_are_answered(string filter, string condition) =>
        await AssertMatchedAsync($"filter-lang=cql2-json&filter={Uri.EscapeDataString(filter)}", condition);

    [Theory]
    [InlineData("elevation_ = 1", "character 1", "'elevation_' is not a property")]
    [InlineData("population > 1 AND city = 'x'", "character 20", "'city' is not a property")]
    [InlineData("population = '1000'", "character 14", "cannot be compared")]
    [InlineData("modifiedOn = '2020-01-01'", "character 14", "DATE")]
    [InlineData("location = 'x'", "character 1", "spatial function")]
    [InlineData("lower(name) = 'x'", "character 1", "'lower' is not a function")]
    [InlineData("pg_sleep(10)", "character 1", "'pg_sleep' is not an operator or function")]
    [InlineData("T_AFTER(modifiedOn, DATE('2020-01-01'))", "character 1", "'t_after'")]
    [InlineData("name = 'London", "character 8", "closing '")]
    [InlineData("name = 'London' name", "character 17", "'name' stands where")]
    [InlineData("name", "character 5", "ends where")]
    [InlineData("", "character 1", "ends where")]
    [InlineData("(name = 'x'", "character 12", "ends where")]
    [InlineData("name LIKE population", "character 11", "pattern")]
    [InlineData("population LIKE '1%'", "character 1", "compares texts")]
    [InlineData("population IN ()", "character 16", "')' stands where")]
    [InlineData("population IN (name)", "character 16", "literals")]
    [InlineData("population > 1; DROP TABLE cities", "character 15", "';' stands where")]
    [InlineData("population + 1 > 2", "character 12", "'+' stands where")]
    [InlineData("name BETWEEN 'a' AND 'b'", "character 14", "numbers or days")]
    [InlineData("population > 1e999", "character 14", "not a number in range")]
    [InlineData("modifiedOn > DATE('2020-02-30')", "character 14", "not a day")]
    [InlineData("S_INTERSECTS(location, POLYGON((0 0,1 1)))", "character 24", "cannot be read")]
    [InlineData("S_INTERSECTS(location, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "character 24", "not valid")]
    [InlineData("S_INTERSECTS(location, POINT(181 0))", "character 24", "longitude")]
    [InlineData("S_INTERSECTS(location, POINT EMPTY)", "character 24", "empty")]
    [InlineData("S_INTERSECTS(location, BBOX(0,1,2))", "character 24", "four numbers")]
    [InlineData("S_INTERSECTS(name, POINT(0 0))", "character 1", "requires the property location")]
    [InlineData("S_INTERSECTS(location)", "character 1", "2 arguments")]
    [InlineData("S_DWITHIN(location, POINT(0 0), -1)", "character 33", "between 0 and")]
    [InlineData("S_DWITHIN(location, BBOX(0,0,1,1), 1)", "character 1", "not a box")]
    public async Task Cql2_text_a_fault_is_named_with_its_position(string filter, string position, string message)
    {
        await AssertFaultAsync($"filter={Uri.EscapeDataString(filter)}", "filter", position + ":");
        await AssertFaultAsync($"filter={Uri.EscapeDataString(filter)}", "filter", message);
    }

    [Theory]
    [InlineData("""{"op":"and","args":[true,{"op":"=","args":[{"property":"x"},1]}]}""", "$.args[1].args[0]:")]
    [InlineData("""{"op":"=","args":[{"property":"name"},null]}""", "$.args[1]: null")]
    [InlineData("""{"op":"foo","args":[]}""", "$: 'foo' is not an operator")]
    [InlineData("""{"op":"and","args":[true]}""", "$: The operator and requires")]
    [InlineData("""{"op":"="}""", "no array args")]
    [InlineData("""{"op":1}""", "$.op")]
    [InlineData("""{"op":"=","args":[{"property":"name"},{"interval":["..",".."]}]}""", "$.args[1]: The object has none")]
    [InlineData("""{"op":"=","args":[{"property":"name"},"a\u0000"]}""", "$.args[1]: The text contains a NUL")]
    [InlineData("""{"op":"=","args":[{"property":"name"},"\ud800"]}""", "not valid Unicode")]
    [InlineData("""{"op":"like","args":[{"property":"name"},"a\\"]}""", "escape character")]
    [InlineData("""{"op":"s_intersects","args":[{"property":"location"},{"type":"Point","coordinates":["0",0]}]}""", "$.args[1]:")]
    [InlineData("""{"op":"s_intersects","args":[{"property":"location"},{"type":"Polygon","coordinates":[0,0]}]}""", "$.args[1]:")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "$: A condition is expected")]
    public async Task Cql2_json_a_fault_is_named_with_its_path(string filter, string message) =>
        await AssertFaultAsync($"filter-lang=cql2-json&filter={Uri.EscapeDataString(filter)}", "filter", message);

    [Fact]
    public async Task Cql2_an_expression_that_is_too_deep_or_too_long_is_refused_at_the_place_where_it_is()
    {
        await AssertFaultAsync($"filter={new string('(', 3000)}", "filter", "character 21: The expression has more than 20 levels");
        await AssertFaultAsync($"filter={string.Concat(Enumerable.Repeat("NOT ", 1000))}TRUE", "filter", "20 levels");
        await AssertFaultAsync($"filter={string.Concat(Enumerable.Repeat("f(", 1000))}", "filter", "");
        await AssertFaultAsync($"filter=id IN ({string.Join(',', Enumerable.Range(0, 500))})", "filter", "more than 200");
        await AssertFaultAsync($"filter=S_INTERSECTS(location,{string.Concat(Enumerable.Repeat("GEOMETRYCOLLECTION(", 200))}", "filter", "20 levels");
        await AssertFaultAsync($"filter=S_INTERSECTS(location,MULTIPOINT({string.Join(',', Enumerable.Repeat("0 0", 1100))}))", "filter", "more than 1000 positions");
        await AssertFaultAsync($"filter=S_INTERSECTS(location,MULTIPOINT({string.Join(',', Enumerable.Repeat("0 0", 101))}))", "filter", "at most 100 positions");
        await AssertFaultAsync($"filter=S_DWITHIN(location,MULTIPOINT({string.Join(',', Enumerable.Repeat("0 0", 21))}),1)", "filter", "at most 20 positions");
        var json = string.Concat(Enumerable.Repeat("""{"op":"not","args":[""", 30)) + "true" + string.Concat(Enumerable.Repeat("]}", 30));
        await AssertFaultAsync($"filter-lang=cql2-json&filter={Uri.EscapeDataString(json)}", "filter", "20 levels");
    }

    [Fact]
    public async Task Features_filter_a_filter_of_postal_codes_finds_what_the_parameters_find()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await database.ScalarAsync<long>(
            """
            WITH code AS (
              INSERT INTO postal_codes (id, country_id, code, place_name, location)
              SELECT id, (SELECT id FROM countries WHERE code = 'FJ'), 'F' || id, 'Town ' || id, ST_SetSRID(ST_MakePoint(x, -17), 4326)
              FROM (VALUES (1, 179.5), (2, -179.5), (3, 170), (4, -170)) place (id, x)
              RETURNING id)
            SELECT count(*) FROM code
            """);
        using var client = api.CreateClient(database.ConnectionString);

        foreach (var (filter, expected) in new (string, string[])[]
        {
            ("code = 'F2'", ["2"]),
            ("id = '3'", ["3"]),
            ("id = '03'", []),
            ("id IN ('1', '4', 'x')", ["1", "4"]),
            ("NOT id = 'x' AND countryCode = 'FJ' AND code <> 'F1'", ["2", "3", "4"]),
            ("S_INTERSECTS(location, BBOX(179,-18,-179,-16))", ["1", "2"]),
            ("S_INTERSECTS(location, POLYGON((169 -18,171 -18,171 -16,169 -16,169 -18)))", ["3"]),
            ("S_DWITHIN(location, POINT(180 -17), 60000)", ["1", "2"]),
        })
        {
            var page = await client.GetAsync(
                new Uri($"/ogc/collections/postal-codes/items?filter={Uri.EscapeDataString(filter)}", UriKind.Relative), TestContext.Current.CancellationToken);
            var features = (await page.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!["features"]!.AsArray();
            Assert.Equal(expected, features.Select(feature => (string)feature!["id"]!));
        }
    }

    /// <summary>Lists of different values are counted apart, though their SQL is the same.</summary>
    [Fact]
    public async Task Features_filter_the_count_is_that_of_the_filter()
    {
        await AssertMatchedAsync("filter=id IN (2643743)", "id = 2643743");
        await AssertMatchedAsync("filter=id IN (1)", "false");
    }

    private async Task AssertMatchedAsync(string query, string condition)
    {
        var page = await FeaturesAsync($"?limit=1000&{query}");

#pragma warning disable CA2100 // The conditions are those of the tests.
        var expected = await api.Database.ScalarAsync<int[]>(
            $"SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM (SELECT * FROM cities WHERE {condition}) city");
#pragma warning restore CA2100
        Assert.Equal(expected.Length, (long)page["numberMatched"]!);
        Assert.Equal(expected.Take(1000), page["features"]!.AsArray().Select(feature => (int)feature!["id"]!));
    }

    private async Task AssertFaultAsync(string query, string parameter, string message)
    {
        var problem = await api.Client.GetProblemAsync($"{Cities}?{query}", HttpStatusCode.BadRequest);

        var error = problem["errors"]!.AsObject().Single();
        Assert.Equal(parameter, error.Key);
        Assert.Contains(message, (string?)error.Value![0], StringComparison.Ordinal);
    }

    private async Task<JsonNode> FeaturesAsync(string query)
    {
        using var response = await api.Client.GetAsync(
            query.StartsWith("http", StringComparison.Ordinal) ? new Uri(query) : new Uri(Cities + query, UriKind.Relative),
            TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonObject> SchemaAsync(string address)
    {
        using var response = await api.Client.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        Assert.Equal("application/schema+json", response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;

namespace Cities.Api.Tests;

/// <summary>
/// The abstract test suite of OGC API – Features – Part 1 (OGC 17-069r4, annex A): the names of tests begin with the abstract
/// tests', such as /conf/core/fc-bbox-response. <see cref="OgcFilterTests"/> has the other parts.
/// </summary>
public sealed class OgcTests(ApiFixture api)
{
    private const string Crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    private const string GeoJson = "application/geo+json";
    private const string Cities = "/ogc/collections/cities/items";

    [Theory]
    [InlineData("/ogc")]
    [InlineData("/ogc/")]
    public async Task Core_root_op_and_root_success_the_landing_page_leads_to_all_else(string path)
    {
        var page = await api.Client.GetJsonAsync(path);

        Assert.NotEmpty((string?)page["title"] ?? "");
        Assert.NotEmpty((string?)page["description"] ?? "");
        Assert.Equal($"http://localhost{path}", Href(page, "self"));
        foreach (var (relation, type) in new[]
        {
            ("self", "application/json"),
            ("service-desc", "application/vnd.oai.openapi+json;version=3.0"),
            ("service-doc", "text/html"),
            ("conformance", "application/json"),
            ("data", "application/json"),
        })
        {
            Assert.Equal(type, (string?)Link(page, relation)["type"]);
            using var response = await GetAsync(api.Client, Href(page, relation));
            Assert.True((int)response.StatusCode is 200 or 301 or 302, $"{relation}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Core_api_definition_op_and_success_the_definition_is_OpenAPI_3_0_of_these_paths()
    {
        using var response = await GetAsync(api.Client, Href(await api.Client.GetJsonAsync("/ogc"), "service-desc"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/vnd.oai.openapi+json; version=3.0", response.Content.Headers.ContentType!.ToString().Replace(";v", "; v", StringComparison.Ordinal));
        var document = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        Assert.StartsWith("3.0.", (string?)document["openapi"], StringComparison.Ordinal);
        Assert.Equal("http://localhost/ogc", (string?)document["servers"]![0]!["url"]);
        Assert.Equal(
            "/ /collections /collections/cities /collections/cities/items /collections/cities/items/{featureId} /collections/cities/queryables "
            + "/collections/cities/schema /collections/cities/sortables /collections/postal-codes /collections/postal-codes/items "
            + "/collections/postal-codes/items/{featureId} /collections/postal-codes/queryables /collections/postal-codes/schema "
            + "/collections/postal-codes/sortables /conformance",
            string.Join(' ', document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Core_conformance_op_and_success_the_classes_are_those_that_are_implemented()
    {
        var declaration = await api.Client.GetJsonAsync("/ogc/conformance");

        Assert.Equal(
            "ogcapi-features-1: core oas30 html geojson; ogcapi-features-2: crs; "
            + "ogcapi-features-3: queryables queryables-query-parameters filter features-filter; "
            + "ogcapi-features-5: schemas core-roles-features sortables; "
            + "cql2: basic-cql2 advanced-comparison-operators property-property basic-spatial-functions basic-spatial-functions-plus "
            + "cql2-text cql2-json",
            string.Join("; ", declaration["conformsTo"]!.AsArray()
                .Select(uri => new Uri((string)uri!).AbsolutePath.Split('/'))
                .GroupBy(path => path[2], path => path[^1])
                .Select(standard => $"{standard.Key}: {string.Join(' ', standard)}")));
    }

    [Fact]
    public async Task Core_fc_md_op_success_links_and_items_all_collections_are_listed_with_links_to_their_features()
    {
        var page = await api.Client.GetJsonAsync("/ogc/collections");

        Assert.Equal("http://localhost/ogc/collections", Href(page, "self"));
        Assert.All(page["links"]!.AsArray(), link => Assert.NotEmpty((string?)link!["type"] ?? ""));
        Assert.Equal(["cities", "postal-codes"], page["collections"]!.AsArray().Select(each => (string)each!["id"]!));
        foreach (var collection in page["collections"]!.AsArray())
        {
            var items = collection!["links"]!.AsArray().Where(link => (string?)link!["rel"] == "items").ToList();
            Assert.Equal([GeoJson, "application/json", "text/html"], items.Select(link => (string)link!["type"]!));
            // GDAL appends the id of a feature to it.
            Assert.EndsWith("/items", (string?)items[0]!["href"], StringComparison.Ordinal);
            foreach (var link in items)
            {
                using var response = await GetAsync(api.Client, (string)link!["href"]!);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal((string?)link["type"], response.Content.Headers.ContentType?.MediaType);
            }
        }
    }

    [Fact]
    public async Task Core_fc_md_extent_the_box_of_a_collection_holds_its_features_and_no_more()
    {
        var extent = (await api.Client.GetJsonAsync("/ogc/collections/cities"))["extent"]!["spatial"]!;

        Assert.Equal(Crs84, (string?)extent["crs"]);
        var box = extent["bbox"]![0]!.AsArray().Select(number => (double)number!).ToArray();
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT min(ST_X(location)) FROM cities"), box[0]);
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT min(ST_Y(location)) FROM cities"), box[1]);
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT max(ST_X(location)) FROM cities"), box[2]);
        Assert.Equal(await api.Database.ScalarAsync<double>("SELECT max(ST_Y(location)) FROM cities"), box[3]);
    }

    [Fact]
    public async Task Core_sfc_md_op_and_success_a_collection_is_described_as_in_the_list()
    {
        var page = await api.Client.GetJsonAsync("/ogc/collections");
        foreach (var listed in page["collections"]!.AsArray())
        {
            var collection = await api.Client.GetJsonAsync(Href(listed!, "self"));

            Assert.Equal(listed!.ToJsonString(), collection.ToJsonString());
            Assert.Equal("feature", (string?)collection["itemType"]);
        }

        await api.Client.GetProblemAsync("/ogc/collections/nonsense", HttpStatusCode.NotFound);
        await api.Client.GetProblemAsync("/ogc/collections/nonsense/items", HttpStatusCode.NotFound);
        // A collection without features has no extent.
        Assert.Null((await api.Client.GetJsonAsync("/ogc/collections/postal-codes"))["extent"]);
    }

    [Fact]
    public async Task Core_fc_op_and_response_the_features_of_a_collection_are_answered()
    {
        var page = await FeaturesAsync(Cities);

        Assert.Equal("FeatureCollection", (string?)page["type"]);
        Assert.Equal(10, page["features"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("bbox=-0.6,51.2,0.4,51.8")]
    [InlineData("bbox=-0.6,51.2,-100,0.4,51.8,1000")]
    [InlineData("bbox=-0.6,51.2,0.4,51.8&limit=1000&datetime=2018-02-12T23:20:50Z")]
    public async Task Core_fc_bbox_response_only_features_in_the_box_are_answered(string query)
    {
        var page = await FeaturesAsync($"{Cities}?{query}");

        Assert.Equal(
            await api.Database.ScalarAsync<long>(
                "SELECT count(*) FROM cities WHERE ST_X(location) BETWEEN -0.6 AND 0.4 AND ST_Y(location) BETWEEN 51.2 AND 51.8"),
            (long)page["numberMatched"]!);
        Assert.NotEmpty(page["features"]!.AsArray());
        Assert.All(page["features"]!.AsArray(), feature =>
        {
            var (longitude, latitude) = Position(feature!);
            Assert.InRange(longitude, -0.6, 0.4);
            Assert.InRange(latitude, 51.2, 51.8);
        });
    }

    [Theory]
    [InlineData("bbox=1,2")]
    [InlineData("bbox=1,2,3,4,5")]
    [InlineData("bbox=1,2,3,four")]
    [InlineData("bbox=1,2,low,3,4,5")]
    [InlineData("bbox=")]
    [InlineData("bbox=-181,0,0,1")]
    [InlineData("bbox=0,0,1,91")]
    [InlineData("bbox=0,2,1,1")]
    [InlineData("bbox=NaN,0,1,1")]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=ten")]
    [InlineData("limit=1.5")]
    [InlineData("limit=")]
    [InlineData("limit=1&limit=2")]
    [InlineData("datetime=yesterday")]
    [InlineData("datetime=2018-02-30T00:00:00Z")]
    [InlineData("datetime=2018-02-12T23:20:50")]
    [InlineData("datetime=../..")]
    [InlineData("datetime=/")]
    [InlineData("datetime=")]
    [InlineData("datetime=2018-02-12T00:00:00Z/2018-03-12T00:00:00Z/2018-04-12T00:00:00Z")]
    [InlineData("datetime=2018-03-12T00:00:00Z/2018-02-12T00:00:00Z")]
    [InlineData("after=x")]
    [InlineData("before=1&after=1")]
    [InlineData("f=xml")]
    [InlineData("crs=EPSG:4326")]
    [InlineData("crs=http://www.opengis.net/def/crs/EPSG/0/27700")]
    [InlineData("bbox-crs=x")]
    [InlineData("filter-crs=x")]
    [InlineData("filter-lang=cql")]
    [InlineData("sortby=elevation")]
    [InlineData("sortby=name,population")]
    [InlineData("sortby=")]
    [InlineData("id=London")]
    [InlineData("population=many")]
    [InlineData("modifiedOn=2018-02-30")]
    [InlineData("name=a%00b")]
    public async Task Core_query_param_invalid_a_bad_value_is_refused_and_the_parameter_named(string query)
    {
        var problem = await api.Client.GetProblemAsync($"{Cities}?{query}", HttpStatusCode.BadRequest);

        Assert.Equal([query[..query.IndexOf('=', StringComparison.Ordinal)]], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("/ogc")]
    [InlineData("/ogc/api")]
    [InlineData("/ogc/conformance")]
    [InlineData("/ogc/collections")]
    [InlineData("/ogc/collections/cities")]
    [InlineData("/ogc/collections/cities/items")]
    [InlineData("/ogc/collections/postal-codes/items", "population=1")]
    [InlineData("/ogc/collections/cities/items", "LIMIT=1")]
    [InlineData("/ogc/collections/cities/items/2643743")]
    public async Task Core_query_param_unknown_an_unknown_parameter_is_refused_and_named(string path, string query = "nonsense=1")
    {
        var problem = await api.Client.GetProblemAsync($"{path}?{query}", HttpStatusCode.BadRequest);

        Assert.Equal(
            query[..query.IndexOf('=', StringComparison.Ordinal)],
            problem["errors"]!.AsObject().Single().Key,
            ignoreCase: true);
    }

    [Fact]
    public async Task Core_fc_bbox_limit_and_time_definition_the_parameters_are_defined_as_the_standard_has_them()
    {
        var document = await DefinitionAsync();
        foreach (var collection in new[] { "cities", "postal-codes" })
        {
            var parameters = document["paths"]![$"/collections/{collection}/items"]!["get"]!["parameters"]!.AsArray();

            var bbox = Parameter("bbox");
            Assert.Equal(("array", "number"), ((string?)bbox["type"], (string?)bbox["items"]!["type"]));
            Assert.Equal(
                [(4, 4), (6, 6)], bbox["oneOf"]!.AsArray().Select(choice => ((int)choice!["minItems"]!, (int)choice["maxItems"]!)));
            var limit = Parameter("limit");
            Assert.Equal("integer", (string?)limit["type"]);
            Assert.Equal((1, 1000, 10), ((int)limit["minimum"]!, (int)limit["maximum"]!, (int)limit["default"]!));
            Assert.Equal("string", (string?)Parameter("datetime")["type"]);
            Assert.Equal("string", (string?)Parameter("countryCode")["type"]);

            JsonNode Parameter(string name)
            {
                var parameter = parameters.Single(each => (string?)each!["name"] == name)!;
                Assert.Equal("query", (string?)parameter["in"]);
                Assert.False((bool?)parameter["required"] ?? false);
                // Where it is absent, it is that of the parameters in a query: form.
                Assert.Equal("form", (string?)parameter["style"] ?? "form");
                Assert.False((bool)parameter["explode"]!);
                return parameter["schema"]!;
            }
        }
    }

    [Theory]
    [InlineData("limit=7", 7)]
    [InlineData("limit=1000", 1000)]
    [InlineData("limit=1001", 1000)]
    [InlineData("limit=99999999999999999999", 1000)]
    public async Task Core_fc_limit_response_no_more_features_than_the_limit_and_the_maximum_for_what_is_above_it(string query, int count)
    {
        var page = await FeaturesAsync($"{Cities}?{query}");

        Assert.Equal(count, page["features"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("2018-02-12T23:20:50Z")]
    [InlineData("2018-02-12T23:20:50.52%2B01:00")]
    [InlineData("2018-02-12")]
    [InlineData("1990-12-31T23:59:60Z")]
    [InlineData("2018-02-12T00:00:00Z/2018-03-18T12:31:12Z")]
    [InlineData("2018-02-12T00:00:00Z/..")]
    [InlineData("../2018-03-18T12:31:12Z")]
    [InlineData("2018-02-12T00:00:00Z/")]
    [InlineData("/2018-03-18T12:31:12Z")]
    public async Task Core_fc_time_response_features_without_a_time_match_every_time(string datetime)
    {
        var page = await FeaturesAsync($"{Cities}?datetime={datetime}");

        Assert.Equal(await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"), (long)page["numberMatched"]!);
    }

    [Theory]
    [InlineData("", GeoJson, "application/json")]
    [InlineData("?f=geojson", GeoJson, "application/json")]
    [InlineData("?f=json", "application/json", GeoJson)]
    public async Task Core_fc_links_and_rel_type_the_features_link_to_themselves_and_to_the_other_formats(
        string query, string mediaType, string other)
    {
        var page = await FeaturesAsync(Cities + query, mediaType);

        Assert.Equal($"http://localhost{Cities}{query}", Href(page, "self"));
        Assert.Equal(mediaType, (string?)Link(page, "self")["type"]);
        var alternates = page["links"]!.AsArray().Where(link => (string?)link!["rel"] == "alternate").ToList();
        Assert.Equal([other, "text/html"], alternates.Select(link => (string)link!["type"]!));
        await FeaturesAsync((string)alternates[0]!["href"]!, other);
        Assert.All(page["links"]!.AsArray(), link => Assert.NotEmpty((string?)link!["type"] ?? ""));
    }

    [Fact]
    public async Task Core_fc_links_following_next_visits_every_feature_once_and_prev_leads_back()
    {
        var (forward, last) = await WalkAsync($"{Cities}?limit=400&regionCode=ENG", "next");

        Assert.Equal(
            await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities JOIN regions ON regions.id = region_id WHERE code = 'ENG'"),
            forward.SelectMany(page => page).Count());
        Assert.Equal(forward.SelectMany(page => page).Distinct().Order(), forward.SelectMany(page => page));
        Assert.InRange(forward.Count, 5, 10);

        var (back, _) = await WalkAsync(last, "prev");
        Assert.Equal(forward.SelectMany(page => page), back.AsEnumerable().Reverse().SelectMany(page => page));

        // And from a page that prev led to, next leads to what is behind it.
        var before = await FeaturesAsync(Href(await FeaturesAsync(last), "prev"));
        var (rest, _) = await WalkAsync(Href(before, "next"), "next");
        Assert.Equal(forward[^1], rest.SelectMany(page => page));

        async Task<(List<List<long>> Pages, string Last)> WalkAsync(string first, string relation)
        {
            var pages = new List<List<long>>();
            var address = first;
            while (true)
            {
                var page = await FeaturesAsync(address);
                pages.Add([.. page["features"]!.AsArray().Select(feature => (long)feature!["id"]!)]);
                if (page["links"]!.AsArray().SingleOrDefault(link => (string?)link!["rel"] == relation) is not { } link)
                    return (pages, address);
                address = (string)link["href"]!;
            }
        }
    }

    [Fact]
    public async Task Core_fc_timeStamp_is_left_out_for_an_ETag_stands_for_one_sequence_of_bytes() =>
        Assert.Null((await FeaturesAsync(Cities))["timeStamp"]);

    [Fact]
    public async Task Core_fc_numberMatched_and_numberReturned_are_those_of_the_selection_and_of_the_page()
    {
        var page = await FeaturesAsync($"{Cities}?limit=3&featureCode=PPLX");
        Assert.Equal(0, (int)page["numberMatched"]!);
        Assert.Equal(0, (int)page["numberReturned"]!);

        page = await FeaturesAsync($"{Cities}?limit=3");
        Assert.Equal(await api.Database.ScalarAsync<long>("SELECT count(*) FROM cities"), (long)page["numberMatched"]!);
        Assert.Equal(3, (int)page["numberReturned"]!);

        page = await FeaturesAsync(Href(page, "next"));
        Assert.Null(page["numberMatched"]);
        Assert.Equal(3, (int)page["numberReturned"]!);
    }

    [Theory]
    [InlineData("name=London", "name = 'London'")]
    [InlineData("name=london", "false")]
    [InlineData("countryCode=GB&featureCode=PPLC", "feature_code = 'PPLC'")]
    [InlineData("countryCode=FR", "false")]
    [InlineData("id=2643743", "id = 2643743")]
    [InlineData("subregion=Greater%20London", "subregion_id = (SELECT id FROM subregions WHERE name = 'Greater London')")]
    [InlineData("population=1000", "population = 1000")]
    [InlineData("slug=london-2643743&country=United%20Kingdom", "slug = 'london-2643743'")]
    [InlineData("modifiedOn=2019-09-05", "modified_on = '2019-09-05'")]
    public async Task Core_fc_filters_features_are_chosen_by_their_properties(string query, string condition)
    {
        var page = await FeaturesAsync($"{Cities}?{query}");

#pragma warning disable CA2100 // the conditions are above
        Assert.Equal(await api.Database.ScalarAsync<long>($"SELECT count(*) FROM cities WHERE {condition}"), (long)page["numberMatched"]!);
#pragma warning restore CA2100
        foreach (var (name, value) in query.Split('&').Select(each => each.Split('=')).Select(pair => (pair[0], Uri.UnescapeDataString(pair[1]))))
            Assert.All(page["features"]!.AsArray(), feature => Assert.Equal(value, (feature![name] ?? feature["properties"]![name])!.ToString()));
    }

    [Fact]
    public async Task Core_f_op_success_and_links_a_feature_links_to_itself_and_its_collection()
    {
        var feature = await FeaturesAsync($"{Cities}/2643743");

        Assert.Equal($"http://localhost{Cities}/2643743", Href(feature, "self"));
        Assert.Equal("http://localhost/ogc/collections/cities", Href(feature, "collection"));
        Assert.All(feature["links"]!.AsArray(), link => Assert.NotEmpty((string?)link!["type"] ?? ""));
        var listed = (await FeaturesAsync($"{Cities}?name=London"))["features"]![0]!;
        feature.AsObject().Remove("links");
        Assert.Equal(listed.ToJsonString(), feature.ToJsonString());
    }

    [Theory]
    [InlineData("/ogc/collections/cities/items/1")]
    [InlineData("/ogc/collections/cities/items/London")]
    [InlineData("/ogc/collections/cities/items/99999999999999999999")]
    [InlineData("/ogc/collections/postal-codes/items/1")]
    public async Task Core_f_success_an_unknown_feature_is_not_found(string path) =>
        await api.Client.GetProblemAsync(path, HttpStatusCode.NotFound);

    [Theory]
    [InlineData(GeoJson, GeoJson)]
    [InlineData("application/json", "application/json")]
    [InlineData("image/png, */*;q=0.1", GeoJson)]
    [InlineData("text/html, */*;q=0.1", "text/html")]
    public async Task GeoJson_definition_the_header_Accept_chooses_the_media_type(string accept, string mediaType)
    {
        using var response = await AcceptAsync(Cities, accept);

        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("Accept", response.Headers.Vary);
        using var refused = await AcceptAsync(Cities, "image/png");
        Assert.Equal(HttpStatusCode.NotAcceptable, refused.StatusCode);
    }

    [Fact]
    public async Task GeoJson_content_and_core_crs84_a_feature_has_all_fields_and_its_longitude_first()
    {
        var feature = await FeaturesAsync($"{Cities}/2643743");

        Assert.Equal(["type", "id", "geometry", "properties", "links"], feature.AsObject().Select(member => member.Key));
        Assert.Equal("Feature", (string?)feature["type"]);
        Assert.Equal(2643743, (int)feature["id"]!);
        Assert.Equal("""{"type":"Point","coordinates":[-0.12574,51.50853]}""", feature["geometry"]!.ToJsonString());
        Assert.Equal(
            [
                "name", "region", "asciiName", "slug", "featureCode", "country", "countryCode", "regionCode", "subregion", "subregionCode",
                "population", "elevation", "timezone", "modifiedOn", "origin",
            ],
            feature["properties"]!.AsObject().Select(property => property.Key));
        Assert.Equal("PPLC", (string?)feature["properties"]!["featureCode"]);
    }

    [Fact]
    public async Task Oas30_completeness_and_exception_codes_every_operation_has_its_answers_and_errors()
    {
        var document = await DefinitionAsync();

        Assert.All(document["paths"]!.AsObject(), path =>
        {
            var operation = path.Value!["get"]!;
            Assert.NotEmpty((string?)operation["operationId"] ?? "");
            Assert.NotEmpty((string?)operation["summary"] ?? "");
            Assert.NotEmpty((string?)operation["description"] ?? "");
            var responses = operation["responses"]!.AsObject();
            var contents = responses["200"]!["content"]!.AsObject();
            Assert.All(contents, content =>
            {
                Assert.NotNull(content.Value!["schema"]);
                Assert.Equal(content.Key != "text/html", content.Value["example"] is not null);
            });
            Assert.True(contents.ContainsKey("text/html"), path.Key);
            Assert.Equal(path.Key.Contains("/items", StringComparison.Ordinal), contents.ContainsKey(GeoJson));
            Assert.Equal(path.Key.Contains("/items", StringComparison.Ordinal), responses.ContainsKey("406"));
            Assert.Equal(path.Key.Contains('{', StringComparison.Ordinal), responses.ContainsKey("404"));
            Assert.True(responses.ContainsKey("400") && responses.ContainsKey("503"));
            foreach (var parameter in operation["parameters"]!.AsArray())
            {
                Assert.NotEmpty((string?)parameter!["description"] ?? "");
                Assert.NotNull(parameter["example"]);
            }
        });
    }

    [Fact]
    public async Task Oas30_oas_impl_answers_have_the_members_that_are_defined()
    {
        var document = await DefinitionAsync();
        foreach (var path in new[] { "/collections/cities/items", "/collections/cities/items/{featureId}" })
        {
            var content = document["paths"]![path]!["get"]!["responses"]!["200"]!["content"]![GeoJson]!;
            var answer = await FeaturesAsync("/ogc" + path.Replace("{featureId}", "2643743", StringComparison.Ordinal));

            var name = ((string)content["schema"]!["$ref"]!).Split('/')[^1];
            var schema = document["components"]!["schemas"]![name]!;
            Assert.Equal(schema["properties"]!.AsObject().Select(member => member.Key), answer.AsObject().Select(member => member.Key));
            Assert.Equal(content["example"]!.AsObject().Select(member => member.Key), answer.AsObject().Select(member => member.Key));
        }
    }

    [Fact]
    public async Task Oas30_oas_definition_2_a_value_that_can_be_null_has_a_type()
    {
        Assert.DoesNotContain(Objects(await DefinitionAsync()), schema => schema.ContainsKey("nullable") && !schema.ContainsKey("type"));

        static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
        {
            JsonObject members => members.SelectMany(member => Objects(member.Value)).Prepend(members),
            JsonArray items => items.SelectMany(Objects),
            _ => [],
        };
    }

    [Theory]
    [InlineData("/ogc")]
    [InlineData("/ogc/api")]
    [InlineData("/ogc/conformance")]
    [InlineData("/ogc/collections")]
    [InlineData("/ogc/collections/cities")]
    [InlineData("/ogc/collections/cities/schema")]
    [InlineData("/ogc/collections/cities/items")]
    [InlineData("/ogc/collections/cities/items/2643743")]
    public async Task Every_answer_has_an_ETag_and_can_be_cached(string path)
    {
        var etag = await api.Client.GetETagAsync(path);

        using var again = await api.Client.AskAsync(path, ("If-None-Match", etag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.True(again.Headers.CacheControl!.Public);
    }

    [Theory]
    [InlineData("/ogc", "The collections")]
    [InlineData("/ogc/conformance", "conf/core")]
    [InlineData("/ogc/collections", "Postal codes")]
    [InlineData("/ogc/collections/cities", "CRS84")]
    [InlineData("/ogc/collections/cities/queryables", "featureCode")]
    [InlineData("/ogc/collections/cities/schema", "geometry-point")]
    [InlineData("/ogc/collections/cities/sortables", "population")]
    [InlineData("/ogc/collections/cities/items?name=London", "London")]
    [InlineData("/ogc/collections/cities/items/2643743", "Greater London")]
    public async Task Html_definition_and_content_every_resource_is_a_page_without_code_within_it(string path, string content)
    {
        using var response = await AcceptAsync(path, "text/html, application/xhtml+xml, */*;q=0.8");
        // From memory, a page has the same headers.
        using var again = await AcceptAsync(path, "text/html, application/xhtml+xml, */*;q=0.8");

        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(html, await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains(content, html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script>|<style>| style=| on[a-z]+=", html);
        foreach (var answer in new[] { response, again })
        {
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.StartsWith("default-src 'none';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Html_content_what_the_data_contains_cannot_be_code()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await database.ScalarAsync<long>(
            "WITH city AS (UPDATE cities SET name = '<script>alert(1)</script>\"&' WHERE id = 2643743 RETURNING id) SELECT count(*) FROM city");
        using var client = api.CreateClient(database.ConnectionString);
        foreach (var path in new[] { $"{Cities}/2643743?f=html", $"{Cities}?f=html&id=2643743" })
        {
            using var response = await GetAsync(client, path);
            var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;", html, StringComparison.Ordinal);
            Assert.DoesNotContain("alert(1)</script>", html, StringComparison.Ordinal);
        }

        // Errors are not pages.
        await client.GetProblemAsync($"{Cities}/1?f=html", HttpStatusCode.NotFound);
        await client.GetProblemAsync($"{Cities}?f=html&limit=0", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Every_operation_is_in_the_reference_too()
    {
        var paths = (await api.Client.GetJsonAsync("/openapi/v1.json"))["paths"]!.AsObject();

        foreach (var (path, _) in (await DefinitionAsync())["paths"]!.AsObject())
            Assert.True(paths.ContainsKey("/ogc" + path.TrimEnd('/')), path);
        Assert.Contains(
            "bbox",
            paths["/ogc/collections/cities/items"]!["get"]!["parameters"]!.AsArray().Select(parameter => (string)parameter!["name"]!));
    }

    [Fact]
    public async Task Core_fc_bbox_response_a_box_may_cross_the_antimeridian_and_features_without_a_location_are_left_out()
    {
        await using var database = await api.CreateSampleDatabaseAsync();
        await database.ScalarAsync<long>(
            """
            WITH city AS (
              INSERT INTO cities (id, name, ascii_name, feature_code, country_id, population, location)
              SELECT id, 'Town ' || id, 'Town ' || id, 'PPL', (SELECT id FROM countries WHERE code = 'FJ'), 5000,
                ST_SetSRID(ST_MakePoint(x, -17), 4326)
              FROM (VALUES (1, 179.5), (2, -179.5), (3, 170), (4, -170)) town (id, x)
              RETURNING id),
            code AS (
              INSERT INTO postal_codes (id, country_id, code, place_name, location)
              SELECT id, (SELECT id FROM countries WHERE code = 'FJ'), 'F' || id, 'Town ' || id, ST_SetSRID(ST_MakePoint(x, y), 4326)
              FROM (VALUES (-1, 179.5, -17), (2, -179.5, -17), (3, 170, -17), (4, -170, -17), (5, NULL, NULL), (6, 0, 60), (7, 60, 60), (8, 30, 59.9)) place (id, x, y)
              RETURNING id)
            SELECT count(*) FROM city, code
            """);
        using var client = api.CreateClient(database.ConnectionString);

        await AssertIdsAsync("cities", "bbox=179,-18,-179,-16", [1, 2]);
        await AssertIdsAsync("cities", "bbox=-170,-18,170,-16", [3, 4]);
        await AssertIdsAsync("postal-codes", "bbox=179,-18,-179,-16", [-1, 2]);
        await AssertIdsAsync("postal-codes", "bbox=-170,-18,170,-16", [3, 4]);
        await AssertIdsAsync("postal-codes", "", [-1, 2, 3, 4, 6, 7, 8]);
        // A box is one of the plane, whose southern edge is none of the shortest ways on the Earth.
        await AssertIdsAsync("postal-codes", "bbox=0,59.8,60,60", [6, 7, 8]);
        await AssertIdsAsync("postal-codes", "bbox=29,59.9,31,59.95", [8]);
        await AssertIdsAsync("postal-codes", "bbox=0,60,0,60", [6]);
        await AssertIdsAsync("postal-codes", "bbox=-1,60,90,60", [6, 7]);
        await AssertIdsAsync("postal-codes", "bbox=30,-90,30,90", [8]);
        await AssertIdsAsync("postal-codes", "code=F2&countryCode=FJ", [2]);
        await AssertIdsAsync("postal-codes", "before=2", [-1]);
        await client.GetProblemAsync("/ogc/collections/postal-codes/items/5", HttpStatusCode.NotFound);
        using var negative = await GetAsync(client, "/ogc/collections/postal-codes/items/-1");
        Assert.Equal(HttpStatusCode.OK, negative.StatusCode);

        async Task AssertIdsAsync(string collection, string query, long[] expected)
        {
            using var response = await GetAsync(client, $"/ogc/collections/{collection}/items?{query}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var page = (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
            var ids = page["features"]!.AsArray().Select(feature => long.Parse(feature!["id"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(expected, ids);
            if (page["numberMatched"] is { } matched)
                Assert.Equal(expected.Length, (int)matched);
        }
    }

    private async Task<JsonNode> DefinitionAsync()
    {
        using var response = await GetAsync(api.Client, "/ogc/api");
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    private async Task<JsonNode> FeaturesAsync(string path, string mediaType = GeoJson)
    {
        using var response = await GetAsync(api.Client, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }

    private async Task<HttpResponseMessage> AcceptAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var range in accept.Split(','))
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(range));
        return await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string path) =>
        client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken);

    private static JsonNode Link(JsonNode resource, string relation) =>
        resource["links"]!.AsArray().Single(link => (string?)link!["rel"] == relation)!;

    private static string Href(JsonNode resource, string relation) => (string)Link(resource, relation)["href"]!;

    private static (double Longitude, double Latitude) Position(JsonNode feature) =>
        ((double)feature["geometry"]!["coordinates"]![0]!, (double)feature["geometry"]!["coordinates"]![1]!);
}

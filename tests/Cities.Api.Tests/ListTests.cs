using System.Net;
using System.Text.Json.Nodes;
using Cities.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Tests;

/// <summary>Filters, orders, cursors, fields and formats of lists.</summary>
public sealed class ListTests(WorldFixture world)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<City, bool>> Filters { get; } = new()
    {
        { "country=aa", city => city.CountryId == 11 },
        { "country=BB,13", city => city.CountryId is 12 or 13 },
        { "country=ZZ", _ => false },
        { "country=ZZ,YY", _ => false },
        { "country=AA,aax,11,ZZ", city => city.CountryId == 11 },
        { "country=AA,BB&region=BB.R1,CC.R1", city => city.CountryId == 12 && city.RegionId == 22 },
        { "country=AA,CC&minPopulation=40000&featureCode=PPLA", city => city.CountryId is 11 or 13 && city.Population >= 40000 && city.FeatureCode == "PPLA" },
        { "region=AA.R1", city => city.RegionId == 21 },
        { "region=22,CC.R1", city => city.RegionId is 22 or 23 },
        { "subregion=BB.R1.S.1", city => city.SubregionId == 32 },
        { "subregion=33", city => city.SubregionId == 33 },
        { "featureCode=ppla", city => city.FeatureCode == "PPLA" },
        { "featureCode=PPL,PPLA&minPopulation=30000", city => city.Population >= 30000 },
        { "minPopulation=10000&maxPopulation=12000", city => city.Population is >= 10000 and <= 12000 },
        { "timezone=Etc/UTC", city => city.Timezone == "Etc/UTC" },
        { "timezone=Etc/UTC&country=AA&featureCode=PPLA", city => city.Timezone == "Etc/UTC" && city.CountryId == 11 && city.FeatureCode == "PPLA" },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task Filters_leave_in_what_meets_all_of_them(string query, Func<City, bool> condition)
    {
        var expected = world.Cities.Where(condition).Select(city => city.Id).ToList();
        var page = await world.Client.GetJsonAsync($"/api/v1/cities?{query}&limit=1000");

        Assert.Equal(expected.Count, (int)page["count"]!);
        Assert.Equal(expected.Take(1000), Ids(page));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("-id")]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("population")]
    [InlineData("-population")]
    public async Task A_list_with_cursors_has_every_city_once_in_order(string order)
    {
        var read = new List<int>();
        var next = $"/api/v1/cities?orderBy={order}&limit=97&country=AA,BB&after=";
        while (next is not null)
        {
            var page = await world.Client.GetJsonAsync(next);
            Assert.Null(page["count"]);
            read.AddRange(Ids(page));
            next = (string?)page["next"];
        }

        Assert.Equal(Ordered(order, world.Cities.Where(city => city.CountryId < 13)), read);
    }

    [Theory]
    [InlineData("name", "AA,BB,CC")]
    [InlineData("-population", "AA,BB,CC")]
    [InlineData("name", null)]
    [InlineData("-population", null)]
    public async Task The_same_order_is_that_of_offsets(string order, string? countries)
    {
        var expected = Ordered(order, world.Cities).ToList();
        var country = countries is null ? "" : $"&country={countries}";
        var page = await world.Client.GetJsonAsync($"/api/v1/cities?orderBy={order}&limit=50&offset=700{country}");

        Assert.Equal(expected[700..750], Ids(page));
        Assert.Equal((expected.Count, null), ((int)page["count"]!, (string?)page["results"]![0]!["population"]));
    }

    [Fact]
    public async Task Rows_that_come_and_go_between_pages_neither_repeat_nor_hide_others()
    {
        await using var database = world.Database.CreateContext();
        var first = await world.Client.GetJsonAsync("/api/v1/cities?orderBy=-population&limit=100&minPopulation=40000&after=");
        var largest = Ids(first)[0];
        var expected = Ordered("-population", world.Cities.Where(city => city.Population >= 40000)).ToList();
        var second = expected[100..200];
        await using var transaction = await database.Database.BeginTransactionAsync(Cancellation);
        await database.Database.ExecuteSqlAsync($"UPDATE cities SET population = population + 1000000 WHERE id = {largest}", Cancellation);
        await transaction.CommitAsync(Cancellation);
        try
        {
            var page = await world.Client.GetJsonAsync((string)first["next"]!);
            Assert.Equal(second, Ids(page));
        }
        finally
        {
            await database.Database.ExecuteSqlAsync($"UPDATE cities SET population = population - 1000000 WHERE id = {largest}", Cancellation);
        }
    }

    [Theory]
    [InlineData("after=nonsense", "after")]
    [InlineData("after=eyJvIjoibmFtZSIsImkiOjEsInQiOiJ4In0", "after")]
    [InlineData("after=&offset=1", "offset")]
    [InlineData("orderBy=name&after=eyJvIjoibmFtZSIsImkiOjEsIm4iOjV9", "after")]
    [InlineData("near=1,1&orderBy=distance&after=eyJvIjoiZGlzdGFuY2UiLCJpIjoxLCJ0IjoieCJ9", "after")]
    [InlineData("count=some", "count")]
    [InlineData("orderBy=size", "orderBy")]
    [InlineData("fields=size", "fields")]
    [InlineData("fields=,", "fields")]
    [InlineData("country=,", "country")]
    [InlineData("country=A%00", "country")]
    [InlineData("minPopulation=-1", "minPopulation")]
    [InlineData("maxPopulation=many", "maxPopulation")]
    [InlineData("f=xml", "f")]
    [InlineData("lang=d%20e", "lang")]
    public async Task A_bad_parameter_is_named(string query, string parameter)
    {
        var problem = await world.Client.GetProblemAsync($"/api/v1/cities?{query}", HttpStatusCode.BadRequest);

        Assert.Equal([parameter], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Fields_are_those_that_are_named_and_the_id()
    {
        var page = await world.Client.GetJsonAsync(
            "/api/v1/cities?limit=1&fields=population,Name,countryCode,country,region,regionCode,subregion,subregionCode,timezone,elevation,slug,asciiName,featureCode,modifiedOn,location");

        Assert.Equal(
            """
            {"id":1000,"population":0,"name":"Plåce 30","countryCode":"BB","country":"Country BB","region":"Region BB","regionCode":"R1","subregion":"Subregion BB","subregionCode":"S.1","timezone":"Etc/UTC","elevation":null,"slug":"place-30-1000","asciiName":"Place 30","featureCode":"PPL","modifiedOn":null,"location":
            """.Trim(),
            page["results"]![0]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Split("{\"longitude")[0]);
    }

    [Theory]
    [InlineData("f=geojson", "*/*")]
    [InlineData("", "text/html;q=0.9, application/geo+json;q=0.5, application/json;q=0.4")]
    public async Task GeoJson_is_a_feature_collection(string query, string accept)
    {
        using var response = await GetAsync($"/api/v1/cities?limit=2&offset=2&{query}", accept);
        Assert.Equal("application/geo+json", response.Content.Headers.ContentType?.ToString());
        var collection = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;

        Assert.Equal("FeatureCollection", (string?)collection["type"]);
        Assert.Equal((world.Cities.Count, 2), ((int)collection["numberMatched"]!, (int)collection["numberReturned"]!));
        Assert.Equal(["self", "next", "prev"], collection["links"]!.AsArray().Select(link => (string)link!["rel"]!));
        var feature = collection["features"]![1]!;
        var city = world.Cities[3];
        Assert.Equal(("Feature", city.Id), ((string)feature["type"]!, (int)feature["id"]!));
        Assert.Equal("Point", (string?)feature["geometry"]!["type"]);
        Assert.Equal([city.Location.X, city.Location.Y], feature["geometry"]!["coordinates"]!.AsArray().Select(number => (double)number!));
        Assert.Equal(["name", "region"], feature["properties"]!.AsObject().Select(property => property.Key));

        var single = JsonNode.Parse(await world.Client.GetStringAsync(new Uri($"/api/v1/cities/{city.Id}?f=geojson&fields=name,region,location", UriKind.Relative), Cancellation))!;
        Assert.Equal(feature.ToJsonString(), single.ToJsonString());
    }

    /// <summary>RFC 8142: each feature between a record separator and a line feed.</summary>
    [Theory]
    [InlineData("/api/v1/cities?country=AA&f=geojsonseq", "*/*")]
    [InlineData("/api/v1/cities?country=AA", "application/geo+json-seq")]
    public async Task A_geojson_sequence_has_every_feature_with_its_geometry(string path, string accept)
    {
        using var response = await GetAsync(path, accept);

        Assert.Equal("application/geo+json-seq", response.Content.Headers.ContentType?.ToString());
        var records = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\x1E');
        Assert.Equal("", records[0]);
        Assert.Equal(world.Cities.Where(city => city.CountryId == 11).Select(city => (city.Id, city.Location.X, city.Location.Y)),
            records[1..].Select(record =>
            {
                Assert.EndsWith("}\n", record, StringComparison.Ordinal);
                var feature = JsonNode.Parse(record)!;
                Assert.Equal("Feature", (string?)feature["type"]);
                var position = feature["geometry"]!["coordinates"]!;
                return ((int)feature["id"]!, (double)position[0]!, (double)position[1]!);
            }));
    }

    [Theory]
    [InlineData("bom=true", "\uFEFFid,name")]
    [InlineData("bom=false", "id,name")]
    [InlineData("", "id,name")]
    public async Task Csv_has_a_byte_order_mark_where_it_is_asked_for(string query, string start)
    {
        using var response = await GetAsync($"/api/v1/cities?f=csv&limit=1&fields=name&{query}", "*/*");

        var text = System.Text.Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        using var same = await GetAsync($"/api/v1/cities?f=json&limit=1&fields=name&{query}", "*/*");
        Assert.StartsWith("{", await same.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    /// <summary>OWASP, CSV Injection: a spreadsheet program must not run the name of a place.</summary>
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1-684", "'+1-684")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tTab", "'\tTab")]
    [InlineData("\rReturn", "\"'\rReturn\"")]
    [InlineData("=\"a\",b", "\"'=\"\"a\"\",b\"")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("-12", "-12")]
    [InlineData("+44", "+44")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("'s-Hertogenbosch", "'s-Hertogenbosch")]
    [InlineData("A=B", "A=B")]
    public async Task A_text_that_begins_like_a_formula_is_neutralised_in_csv(string name, string cell)
    {
        await using var database = world.Database.CreateContext();
        await database.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO alternative_names (id, geoname_id, kind, name, is_preferred, is_short, is_colloquial, is_historic)
            VALUES (9000, 5004, 1, {name}, false, false, false, false) ON CONFLICT (id) DO UPDATE SET name = {name}
            """,
            Cancellation);
        try
        {
            // The data has no new version, so that the answer before is one of another address.
            using var csv = await GetAsync($"/api/v1/cities/5004/names?f=csv&fields=name&{Guid.NewGuid()}", "*/*");
            Assert.Equal($"id,name\r\n9000,{cell}\r\n", await csv.Content.ReadAsStringAsync(Cancellation));
        }
        finally
        {
            await database.Database.ExecuteSqlAsync($"DELETE FROM alternative_names WHERE id = 9000", Cancellation);
        }
    }

    [Fact]
    public async Task Csv_and_ndjson_have_every_row()
    {
        using var csv = await GetAsync("/api/v1/cities?fields=name,location,population&country=AA", "text/csv");
        Assert.Equal("text/csv; charset=utf-8", csv.Content.Headers.ContentType?.ToString());
        var expected = world.Cities.Where(city => city.CountryId == 11).ToList();
        Assert.Equal(
            expected
                .Select(city => FormattableString.Invariant($"{city.Id},{city.Name},{city.Location.X},{city.Location.Y},{city.Population}"))
                .Prepend("id,name,longitude,latitude,population"),
            (await csv.Content.ReadAsStringAsync(Cancellation)).TrimEnd().Split("\r\n"));

        using var ndjson = await GetAsync("/api/v1/cities?f=ndjson", "*/*");
        Assert.Equal("application/x-ndjson", ndjson.Content.Headers.ContentType?.ToString());
        var lines = (await ndjson.Content.ReadAsStringAsync(Cancellation)).TrimEnd('\n').Split('\n');
        Assert.Equal(world.Cities.Select(city => city.Id), lines.Select(line => (int)JsonNode.Parse(line)!["id"]!));
    }

    [Fact]
    public async Task What_the_caller_does_not_take_is_not_acceptable()
    {
        using var response = await GetAsync("/api/v1/cities", "image/png");

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Answers_vary_by_what_chose_them()
    {
        using var response = await GetAsync("/api/v1/cities", "application/json");

        Assert.Superset(new HashSet<string> { "Accept", "Accept-Language" }, response.Headers.Vary.ToHashSet());
    }

    [Fact]
    public async Task Lists_below_a_place_are_its_own_and_404_without_it()
    {
        Assert.Equal(
            world.Cities.Where(city => city.RegionId == 21).Select(city => city.Id).Take(100),
            Ids(await world.Client.GetJsonAsync("/api/v1/regions/AA.R1/cities")));
        Assert.Equal([21], Ids(await world.Client.GetJsonAsync("/api/v1/countries/aa/regions")));
        Assert.Equal([1, 2, 3], Ids(await world.Client.GetJsonAsync("/api/v1/cities/5000/names")));
        Assert.Empty(Ids(await world.Client.GetJsonAsync("/api/v1/cities/1000/names")));
        Assert.Equal([33], Ids(await world.Client.GetJsonAsync("/api/v1/subregions?country=CC")));
        Assert.Equal([32], Ids(await world.Client.GetJsonAsync("/api/v1/subregions?region=BB.R1")));
        foreach (var path in new[] { "regions/ZZ.R1/cities", "regions/1/cities", "countries/ZZ/regions", "cities/1/names" })
            await world.Client.GetProblemAsync($"/api/v1/{path}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_name_has_its_language_kind_and_flags()
    {
        var page = await world.Client.GetJsonAsync("/api/v1/cities/5001/names?limit=2&offset=1");

        Assert.Equal(
            """{"id":5,"name":"Genff","language":"de","kind":"name","isPreferred":false,"isShort":false,"isColloquial":false,"isHistoric":true,"usedFrom":null,"usedTo":null,"origin":"geonames"}""",
            page["results"]![0]!.ToJsonString());
        Assert.Null(page["results"]![1]!["language"]);
    }

    private static IEnumerable<int> Ordered(string order, IEnumerable<City> cities) => order switch
    {
        "id" => cities.OrderBy(city => city.Id).Select(city => city.Id),
        "-id" => cities.OrderByDescending(city => city.Id).Select(city => city.Id),
        "name" => cities.OrderBy(city => city.SearchText, StringComparer.Ordinal).ThenBy(city => city.Id).Select(city => city.Id),
        "-name" => cities.OrderByDescending(city => city.SearchText, StringComparer.Ordinal).ThenByDescending(city => city.Id).Select(city => city.Id),
        "population" => cities.OrderBy(city => city.Population).ThenBy(city => city.Id).Select(city => city.Id),
        _ => cities.OrderByDescending(city => city.Population).ThenByDescending(city => city.Id).Select(city => city.Id),
    };

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await world.Client.SendAsync(request, Cancellation);
    }

    private static List<int> Ids(JsonNode page) => [.. page["results"]!.AsArray().Select(result => (int)result!["id"]!)];
}

using System.Net;
using System.Text.Json.Nodes;
using Cities.Api.Tests.Http;
using Cities.Testing;

namespace Cities.Api.Tests;

/// <summary>Lists with more results than an offset reaches and a count includes.</summary>
public sealed class DeepListTests(ApiFixture api, DeepListTests.LongLists lists) : IClassFixture<DeepListTests.LongLists>
{
    private const int MaximumOffset = 10_000;
    private const int MaximumCount = 20_000;

    [Theory]
    [InlineData("/api/v1/cities")]
    [InlineData("/api/v1/cities?near=0,50&orderBy=distance")]
    [InlineData("/api/v1/cities/autocomplete?query=a")]
    [InlineData("/api/v1/postal-codes")]
    [InlineData("/api/v1/countries/GB/regions")]
    [InlineData("/api/v1/imports")]
    public async Task An_offset_has_a_bound_and_the_error_says_how_to_go_on(string path)
    {
        var at = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=1&offset=";

        await api.Client.GetJsonAsync($"{at}{MaximumOffset}");
        var problem = await api.Client.GetProblemAsync($"{at}{MaximumOffset + 1}", HttpStatusCode.BadRequest);

        Assert.Equal(
            "The field offset must be between 0 and 10000. To read the rest of the list, use the link to the next page.",
            (string?)problem["errors"]!["offset"]![0]);
    }

    [Theory]
    [InlineData("postal-codes?", "id")]
    [InlineData("postal-codes?near=0,50&orderBy=distance&", "ST_Distance(location::geography, 'POINT(0 50)'), id")]
    [InlineData("postal-codes?near=0,50&orderBy=-distance&", "ST_Distance(location::geography, 'POINT(0 50)') DESC, id DESC")]
    [InlineData("imports?", "id DESC")]
    public async Task The_links_to_the_next_page_go_on_to_the_end_of_the_list(string path, string order)
    {
        var (table, located) = path.StartsWith("imports", StringComparison.Ordinal)
            ? ("import_runs", "")
            : ("postal_codes", path.Contains("near", StringComparison.Ordinal) ? "WHERE location IS NOT NULL" : "");
        var expected = await lists.Database.ScalarAsync<long[]>(
            $"SELECT array_agg(id ORDER BY {order}) FROM {table} {located}");
        const int start = MaximumOffset - 1500;

        var read = new List<long>();
        var links = new List<string>();
        var next = $"/api/v1/{path}limit=1000&offset={start}";
        while (next is not null)
        {
            var page = await lists.Client.GetJsonAsync(next);
            read.AddRange(page["results"]!.AsArray().Select(result => (long)Number(result!["id"]!)));
            next = (string?)page["next"];
            if (next is not null)
                links.Add(next);
        }

        Assert.Equal(expected[start..], read);
        Assert.Contains("offset=9500", links[0], StringComparison.Ordinal);
        Assert.All(links[1..], link => Assert.Contains("after=", link, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("count=none", false)]
    [InlineData("near=0,50&radius=20040000", false)]
    [InlineData("near=0,50&radius=20040000&count=exact", true)]
    [InlineData("after=", false)]
    [InlineData("after=&count=exact", true)]
    [InlineData("near=0,50&radius=20040000&after=&count=exact", true)]
    public async Task A_long_list_is_counted_without_a_filter_or_where_that_is_asked_for(string query, bool isCounted)
    {
        var isFiltered = query.Contains("radius", StringComparison.Ordinal);
        var expected = await lists.Database.ScalarAsync<long>(
            $"SELECT count({(isFiltered ? "location" : "*")}) FROM postal_codes");
        Assert.True(expected > MaximumCount);

        // Its number is kept afterwards.
        for (var i = 0; i < 2; i++)
        {
            var page = await lists.Client.GetJsonAsync($"/api/v1/postal-codes?limit=1&fields=id&{query}&_={i}");
            Assert.Equal(isCounted ? expected : null, (long?)page["count"]);
            Assert.NotNull(page["next"]);
        }
    }

    [Fact]
    public async Task Many_features_of_a_filter_have_no_number_in_OGC_API_either()
    {
        var all = await lists.Client.GetJsonAsync("/ogc/collections/postal-codes/items?f=json&limit=1");
        var many = await lists.Client.GetJsonAsync("/ogc/collections/postal-codes/items?f=json&limit=1&bbox=-180,-90,180,90");

        Assert.NotNull(all["numberMatched"]);
        Assert.Null(many["numberMatched"]);
        Assert.Contains("next", many["links"]!.AsArray().Select(link => (string)link!["rel"]!));
    }

    /// <summary>Ids of postal codes are texts, because they exceed what JavaScript's numbers hold.</summary>
    private static long Number(JsonNode id) =>
        id.GetValueKind() is System.Text.Json.JsonValueKind.String
            ? long.Parse((string)id!, System.Globalization.CultureInfo.InvariantCulture)
            : (long)id;

    /// <summary>The sample with many postal codes, some of which have no location, and runs of the importer.</summary>
    public sealed class LongLists(ApiFixture api) : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await api.CreateSampleDatabaseAsync();
            await Database.ExecuteAsync(
                """
                INSERT INTO postal_codes (id, country_id, code, place_name, location)
                SELECT number, (SELECT min(id) FROM countries), number, 'Place ' || number,
                  CASE WHEN number % 1000 <> 0
                    THEN ST_SetSRID(ST_MakePoint(number % 360 - 180, number % 170 - 85), 4326) END
                FROM generate_series(1, 25000) number;
                INSERT INTO import_runs (started_at, finished_at, outcome, source, is_sample, countries, fingerprint, tables)
                SELECT now(), now(), 'Failed', 'test', false, '{}', '', '[]' FROM generate_series(1, 10300);
                ANALYZE postal_codes
                """);
            Client = api.CreateClient(Database.ConnectionString);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Database.DisposeAsync();
        }
    }
}

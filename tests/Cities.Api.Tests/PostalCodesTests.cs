using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Cities.Api.Places;
using Cities.Testing;
using Npgsql;

namespace Cities.Api.Tests;

/// <summary>The city and the district of a postal code.</summary>
public sealed class PostalCodesTests(WorldFixture world, ApiFixture api)
{
    /// <summary>
    /// The planner does not know which country a code stands for. It read all postal codes in the order of ids to find
    /// the few of a small country, or none.
    /// </summary>
    [Fact]
    public async Task A_list_of_a_country_reads_no_other_postal_codes()
    {
        await using var database = await api.CreateMigratedDatabaseAsync();
        await database.ScalarAsync<int>(
            """
            INSERT INTO continents (id, code, name) VALUES (1, 'EU', 'Europe');
            INSERT INTO countries (id, code, code3, numeric_code, name, population, continent_id, languages, neighbours)
            SELECT id, code, code || 'X', 0, code, 0, 1, '{}', '{}' FROM (VALUES (11, 'AA'), (12, 'BB'), (13, 'CC')) made (id, code);
            INSERT INTO postal_codes (id, country_id, code, place_name)
            SELECT id, CASE WHEN id % 10000 > 1 THEN 11 ELSE 12 + id % 10000 END, id, 'Place' FROM generate_series(1, 30000) made (id);
            ANALYZE;
            SELECT 1
            """);

        foreach (var countries in new[] { "BB", "bbx", "12", "ZZ", "BB,CC", "BBX,13", "YY,ZZ", "AA,BB" })
        {
            var page = new FeatureQuery(PlaceCollections.PostalCodes).WhereCountry(countries).ToPage(limit: 2);
            Assert.InRange(await ReadRowsAsync(database, page), 0, 20);
        }
    }

    /// <summary>The number of rows of postal codes that a query reads, wherever in its plan.</summary>
    private static async Task<long> ReadRowsAsync(TestDatabase database, SqlText query)
    {
        var command = query.ToCommand();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var explain = source.CreateCommand($"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {command.CommandText}");
        foreach (var value in query.Values)
            explain.Parameters.Add(new NpgsqlParameter { Value = value });
        var plan = JsonNode.Parse((string)(await explain.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)!;
        return RowsOf(plan[0]!["Plan"]!);

        static long RowsOf(JsonNode node) =>
            ((string?)node["Relation Name"] == "postal_codes"
                ? (long)node["Actual Loops"]! * ((long)node["Actual Rows"]! + ((long?)node["Rows Removed by Filter"] ?? 0))
                : 0)
            + (node["Plans"]?.AsArray().Sum(child => RowsOf(child!)) ?? 0);
    }

    [Theory]
    [InlineData("1", 5000, "Sankt Gallen", null, null)]
    [InlineData("2", 5004, "Sankt Gallen", null, null)]
    [InlineData("3", null, null, null, null)]
    [InlineData("4&country=BB", null, null, null, null)]
    [InlineData("5", null, null, 6000, "Öbergallen")]
    [InlineData("6", null, null, null, null)]
    public async Task The_city_and_the_district_are_the_nearest_of_the_name_in_the_country_within_25_km(
        string code, int? cityId, string? city, int? districtId, string? district)
    {
        var page = await world.Client.GetJsonAsync(
            $"/api/v1/postal-codes?code={code}&fields=cityId,city,cityDistrictId,cityDistrict");

        var found = Assert.Single(page["results"]!.AsArray())!;
        Assert.Equal(
            (cityId, city, districtId, district),
            ((int?)found["cityId"], (string?)found["city"], (int?)found["cityDistrictId"], (string?)found["cityDistrict"]));
    }

    [Fact]
    public async Task They_are_answered_where_they_are_asked_for()
    {
        var page = await world.Client.GetJsonAsync("/api/v1/postal-codes?code=1");

        Assert.Equal(
            ["id", "code", "placeName", "countryCode", "region", "subregion", "district", "location", "accuracy"],
            page["results"]![0]!.AsObject().Select(property => property.Key));
    }

    [Fact]
    public async Task Ogc_features_have_them_but_cannot_be_chosen_by_them()
    {
        using var response = await world.Client.GetAsync(
            new Uri("/ogc/collections/postal-codes/items/1", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("\"cityId\":5000", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await world.Client.GetProblemAsync("/ogc/collections/postal-codes/items?cityId=5000", HttpStatusCode.BadRequest);
    }

    [Theory]
    // Beginnings, and codes in any spelling.
    [InlineData("code=902*", 8, 9)]
    [InlineData("code=k1*", 7, 10, 11)]
    [InlineData("code=902*&country=AA")]
    [InlineData("code=90210", 8)]
    [InlineData("code=902-10", 8)]
    [InlineData("code=k1a", 7)]
    [InlineData("code=1,90 21*", 1, 8, 9)]
    // The first part of a code, where the country has no more and the format says that it is one.
    [InlineData("code=K1A 0B1", 7)]
    [InlineData("code=k1a0b1&country=CC", 7)]
    [InlineData("code=90211-12", 9)]
    [InlineData("code=K1A 0B1&country=AA")]
    [InlineData("code=K1A 0B")]
    [InlineData("code=902119")]
    [InlineData("code=K1B2C3", 11)]
    [InlineData("code=K1B 2C4", 10)]
    // Names of places.
    [InlineData("place=beverly HARBOUR", 8)]
    [InlineData("place=Beverly*", 8, 9)]
    [InlineData("place=Beverly*&code=90211", 9)]
    [InlineData("place=Beverly")]
    // Around a point.
    [InlineData("near=9.36,47.41&radius=3000", 1, 4, 5)]
    [InlineData("near=9.37,47.42&radius=3000&country=AA&orderBy=-distance", 1, 5)]
    public async Task Codes_are_found_by_beginning_part_place_and_radius(string query, params int[] ids)
    {
        var page = await world.Client.GetJsonAsync($"/api/v1/postal-codes?{query}");

        Assert.Equal(ids, page["results"]!.AsArray().Select(each => int.Parse((string)each!["id"]!, CultureInfo.InvariantCulture)));
        Assert.Equal(ids.Length, (int)page["count"]!);
    }

    [Fact]
    public async Task The_answer_has_the_code_that_matched()
    {
        var page = await world.Client.GetJsonAsync("/api/v1/postal-codes?code=K1A 0B1");

        Assert.Equal("K1A", (string?)page["results"]![0]!["code"]);
    }

    [Theory]
    [InlineData("code=*", "code")]
    [InlineData("code=-*", "code")]
    [InlineData("code=9*0", "code")]
    [InlineData("place=*", "place")]
    [InlineData("place=a%00*", "place")]
    [InlineData("radius=5", "radius")]
    public async Task A_condition_that_makes_no_sense_is_named(string query, string parameter)
    {
        var problem = await world.Client.GetProblemAsync($"/api/v1/postal-codes?{query}", HttpStatusCode.BadRequest);

        Assert.NotNull(problem["errors"]![parameter]);
    }

    [Theory]
    [InlineData(5000, 1, 5)]
    [InlineData(5004, 2)]
    [InlineData(5001)]
    public async Task The_postal_codes_of_a_city_are_those_of_its_name_and_of_its_districts(int city, params int[] ids)
    {
        var page = await world.Client.GetJsonAsync($"/api/v1/cities/{city}/postal-codes");

        Assert.Equal(ids, page["results"]!.AsArray().Select(each => int.Parse((string)each!["id"]!, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public Task A_city_that_does_not_exist_has_no_postal_codes() =>
        world.Client.GetProblemAsync("/api/v1/cities/1/postal-codes", HttpStatusCode.NotFound);
}

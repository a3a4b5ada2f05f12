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
}

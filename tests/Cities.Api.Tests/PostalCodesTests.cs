using System.Net;

namespace Cities.Api.Tests;

/// <summary>The city and the district of a postal code.</summary>
public sealed class PostalCodesTests(WorldFixture world)
{
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

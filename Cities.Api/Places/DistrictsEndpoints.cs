using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>The endpoints for districts, on their own and as those of a city.</summary>
internal static class DistrictsEndpoints
{
    public static void MapDistricts(this IEndpointRouteBuilder api)
    {
        var districts = api.MapGroup("/districts").WithTags("Districts");
        districts.MapGet("", List)
            .WithName("listDistricts")
            .WithSummary("List districts")
            .WithDescription(
                "The sections of populated places that meet all conditions, ordered by id or by 'orderBy'. Districts "
                + "without a city are among them.")
            .ProducesFeatures(PlaceCollections.Districts);
        districts.MapGet("/{id:int}", Get)
            .WithName("getDistrict")
            .WithSummary("Get a district")
            .WithDescription("One section of a populated place by its GeoNames id.")
            .ProducesFeature(PlaceCollections.Districts)
            .ProducesNotFound();
        districts.MapGet("/{id:int}/names", Names).ProducesNames("district");

        var ofCity = api.MapGroup("/cities/{cityId:int}/districts").WithTags("Districts").WithCity("cityId");
        ofCity.MapGet("", ListOfCity)
            .WithName("listDistrictsOfCity")
            .WithSummary("List the districts of a city")
            .WithDescription("The sections of a city, ordered by id. The list is empty if the city has none.")
            .ProducesFeatures(PlaceCollections.Districts)
            .ProducesNotFound();
        ofCity.MapGet("/{districtId:int}", GetOfCity)
            .WithName("getDistrictOfCity")
            .WithSummary("Get a district of a city")
            .WithDescription("One section of a city by its GeoNames id.")
            .ProducesFeature(PlaceCollections.Districts)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [AsParameters] DivisionFilter divisions,
        [FromQuery, Description("GeoNames ids of cities, comma-separated.")]
        [Example("2643743"), StringLength(Filters.MaximumListLength)]
        string? city,
        [AsParameters] AreaFilter area,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            area.Apply(divisions.Apply(new FeatureQuery(PlaceCollections.Districts)).WhereCity(city)), list, feature);

    private static FeatureResult Get(
        [Description("GeoNames id of the district."), Example("2641598")] int id,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(new FeatureQuery(PlaceCollections.Districts).Where($"district.id = {id}"), feature);

    private static FeatureResult Names(
        [Description("GeoNames id of the district."), Example("2641598")] int id,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(AlternativeNames.Of("districts", $"{id}"), list, feature);

    private static FeatureResult ListOfCity(
        [Description("GeoNames id of the city."), Example("2643743")] int cityId,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Page(
            new FeatureQuery(PlaceCollections.Districts)
                .Requires($"SELECT FROM cities WHERE id = {cityId}")
                .Where($"district.city_id = {cityId}"),
            list,
            feature);

    private static FeatureResult GetOfCity(
        [Description("GeoNames id of the city."), Example("2643743")] int cityId,
        [Description("GeoNames id of the district."), Example("2641598")] int districtId,
        [AsParameters] FeatureRequest feature,
        FeatureResults results) =>
        results.Single(
            new FeatureQuery(PlaceCollections.Districts)
                .Where($"district.id = {districtId}")
                .Where($"district.city_id = {cityId}"),
            feature);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Features;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Endpoints;

/// <summary>First-order administrative divisions.</summary>
internal static class RegionsEndpoints
{
    public static void MapRegions(this IEndpointRouteBuilder api)
    {
        var regions = api.MapGroup("/regions").WithTags("Regions");
        regions.MapGet("", List)
            .WithName("listRegions")
            .WithSummary("List regions")
            .WithDescription("The first-order administrative divisions, in the order of their ids.")
            .ProducesFeatures(Collections.Regions, RegionResponse.Example);
        regions.MapGet("/{id:int}", Get)
            .WithName("getRegion")
            .WithSummary("Get a region")
            .WithDescription("One first-order administrative division by its GeoNames id.")
            .ProducesFeature(Collections.Regions, RegionResponse.Example)
            .ProducesNotFound();
        regions.MapGet("/{region}/cities", Cities)
            .WithTags("Cities")
            .WithName("listCitiesOfRegion")
            .WithSummary("List the cities of a region")
            .WithDescription("The cities of a first-order administrative division, by its code (country.admin1) or GeoNames id.")
            .ProducesFeatures(Collections.Cities, CityResponse.Example)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [FromQuery, Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated."), Example("GB"), StringLength(2000)] string? country,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Regions);
        query.WhereCountry(country);
        return feature.Page(query, list);
    }

    private static SingleFeatureResult Get(
        [Description("GeoNames id of the region."), Example("6269131")] int id, [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Regions);
        query.Where($"region.id = {query.Parameter(id)}");
        return feature.Single(query);
    }

    private static FeatureResult Cities(
        [Description("Code (country.admin1) or GeoNames id of the region."), Example("GB.ENG")] string region,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Cities);
        query.WhereExistingRegion(region);
        return feature.Page(query, list);
    }
}

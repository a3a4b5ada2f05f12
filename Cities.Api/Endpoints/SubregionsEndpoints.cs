using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Features;
using Cities.Api.Responses;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Endpoints;

/// <summary>Second-order administrative divisions.</summary>
internal static class SubregionsEndpoints
{
    public static void MapSubregions(this IEndpointRouteBuilder api)
    {
        var subregions = api.MapGroup("/subregions").WithTags("Subregions");
        subregions.MapGet("", List)
            .WithName("listSubregions")
            .WithSummary("List subregions")
            .WithDescription("The second-order administrative divisions, in the order of their ids.")
            .ProducesFeatures(Collections.Subregions, SubregionResponse.Example);
        subregions.MapGet("/{id:int}", Get)
            .WithName("getSubregion")
            .WithSummary("Get a subregion")
            .WithDescription("One second-order administrative division by its GeoNames id.")
            .ProducesFeature(Collections.Subregions, SubregionResponse.Example)
            .ProducesNotFound();
    }

    private static FeatureResult List(
        [FromQuery, Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated."), Example("GB"), StringLength(2000)] string? country,
        [FromQuery, Description("Codes (country.admin1) or GeoNames ids of regions, comma-separated."), Example("GB.ENG"), StringLength(2000)] string? region,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Subregions);
        query.WhereCountry(country);
        query.WhereRegion(region);
        return feature.Page(query, list);
    }

    private static SingleFeatureResult Get(
        [Description("GeoNames id of the subregion."), Example("2648110")] int id, [AsParameters] FeatureRequest feature)
    {
        var query = new FeatureQuery(Collections.Subregions);
        query.Where($"subregion.id = {query.Parameter(id)}");
        return feature.Single(query);
    }
}

using System.ComponentModel;

namespace Cities.Api.Places;

/// <summary>The endpoints for places of all types, and for the tree that they form.</summary>
internal static class PlacesEndpoints
{
    public static void MapPlaces(this IEndpointRouteBuilder api)
    {
        var places = api.MapGroup("/places/{id:int}").WithTags("Places");
        places.MapGet("", Get)
            .WithName("getPlace")
            .WithSummary("Get a place of any type")
            .WithDescription("A continent, country, region, subregion, city or district by its GeoNames id.")
            .ProducesFeature(PlaceTree.Places)
            .ProducesNotFound();
        places.MapGet("/hierarchy", Hierarchy)
            .WithName("getHierarchyOfPlace")
            .WithSummary("List the places above a place")
            .WithDescription(
                "The continent, country, region, subregion and city of a place, as far as GeoNames assigns it to them, "
                + "from the highest to the lowest, and the place itself.")
            .ProducesFeatures(PlaceTree.Places)
            .ProducesNotFound();
        places.MapGet("/children", ChildrenAsync)
            .WithName("listChildrenOfPlace")
            .WithSummary("List the places directly below a place")
            .WithDescription(
                "The countries of a continent, the regions of a country, the subregions of a region, the cities of a "
                + "subregion, or the districts of a city, ordered by id. A place without an intermediate division is "
                + "among the children of the next higher one. The list is empty if there are none.")
            .ProducesFeatures(PlaceTree.Places)
            .ProducesNotFound();
        places.MapGet("/siblings", SiblingsAsync)
            .WithName("listSiblingsOfPlace")
            .WithSummary("List the places beside a place")
            .WithDescription("The other places of the same type with the same parent, ordered by id.")
            .ProducesFeatures(PlaceTree.Places)
            .ProducesNotFound();
    }

    private static FeatureResult Get(
        [AsParameters] PlaceRequest place, [AsParameters] FeatureRequest feature, FeatureResults results) =>
        results.Single(PlaceTree.Place(place.Id, place.Type), feature);

    private static FeatureResult Hierarchy(
        [AsParameters] PlaceRequest place, [AsParameters] FeatureRequest feature, FeatureResults results) =>
        results.Whole(PlaceTree.Hierarchy(place.Id, place.Type), PlaceTree.Types.Length, feature);

    private static async Task<FeatureResult> ChildrenAsync(
        [AsParameters] PlaceRequest place,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results,
        Snapshots snapshots,
        HttpContext context) =>
        results.Page(
            PlaceTree.Children(await PlaceTree.FindAsync(snapshots, context, place.Id, place.Type)), list, feature);

    private static async Task<FeatureResult> SiblingsAsync(
        [AsParameters] PlaceRequest place,
        [AsParameters] ListRequest list,
        [AsParameters] FeatureRequest feature,
        FeatureResults results,
        Snapshots snapshots,
        HttpContext context) =>
        results.Page(
            PlaceTree.Siblings(await PlaceTree.FindAsync(snapshots, context, place.Id, place.Type)), list, feature);
}

/// <summary>A place of any type.</summary>
public sealed class PlaceRequest
{
    /// <summary>GeoNames id of the place.</summary>
    [FromRoute(Name = "id"), Description("GeoNames id of the place."), Example("2643743")]
    public required int Id { get; init; }

    /// <summary>The type of the place.</summary>
    [FromQuery(Name = "type"), OneOf("continent", "country", "region", "subregion", "city", "district")]
    [Example("city")]
    [Description(
        "The type of the place. GeoNames lists a few cities as divisions too. Without a type, their id means the "
        + "division.")]
    public string? Type { get; init; }
}

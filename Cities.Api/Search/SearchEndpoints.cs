using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Search;

/// <summary>Search by name.</summary>
internal static class SearchEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaximumLimit = 100;

    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapGet("/search", Search)
            .WithTags("Search")
            .WithName("search")
            .WithSummary("Search cities by name")
            .WithDescription(
                "Cities whose name, or one of whose alternative names, is equal to the query, begins with it or, where that is not enough, "
                + "is similar to it; whatever the case and the accents. A query of one or two letters is compared with the cities' own "
                + "names only. Results have the name that was found.")
            .ProducesFeatures(CitySearch.Results);

    private static FeatureResult Search(
        [FromQuery, Description("What is looked for."), Example("londn"), StringLength(100, MinimumLength = 1)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field q must not hold a NUL character.")]
        string q,
        [FromQuery, Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated."), Example("GB"), StringLength(2000)]
        string? country,
        [FromQuery, Description("A point in degrees, longitude,latitude, near which cities are preferred."), Example("-0.1276,51.5072"), StringLength(100)]
        string? near,
        [FromQuery, Description("How many results to return."), Range(1, MaximumLimit), DefaultValue(DefaultLimit)] int? limit,
        [AsParameters] FeatureRequest feature,
        FeatureResults results)
    {
        var wanted = limit ?? DefaultLimit;
        // Near a point, small cities may rank before large ones, so more candidates are needed.
        return results.Whole(CitySearch.ToQuery(q, country, near, near is null ? wanted : wanted * 10), wanted, feature);
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Search;

/// <summary>The search by name.</summary>
internal static class SearchEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaximumLimit = 100;

    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapGet("/search", Search)
            .WithTags("Search")
            .WithName("search")
            .WithSummary("Search cities and districts by name")
            .WithDescription(
                "Cities and districts with a name or an alternative name that is equal to the query or begins with it. "
                + "If there are not enough of these, also places with a similar name. The search ignores case and "
                + "accents. A query of fewer than three bytes in UTF-8, such as two Latin letters, finds only the "
                + "places' own names. Each result contains the name that matches.")
            .ProducesFeatures(CitySearch.Results);

    private static FeatureResult Search(
        [FromQuery, Description("The text to search for."), Example("londn"), StringLength(100, MinimumLength = 1)]
        [RegularExpression(@"[^\0]*", ErrorMessage = "The field q must not contain a NUL character.")]
        string q,
        [FromQuery, Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated.")]
        [Example("GB"), StringLength(Filters.MaximumListLength)]
        string? country,
        [FromQuery, Description("A point in degrees: longitude,latitude. Places near it rank higher.")]
        [Example("-0.1276,51.5072"), StringLength(100)]
        string? near,
        [FromQuery, Description("The maximum number of results."), Range(1, MaximumLimit), DefaultValue(DefaultLimit)]
        int? limit,
        [AsParameters] FeatureRequest feature,
        FeatureResults results)
    {
        var wanted = limit ?? DefaultLimit;
        // Near a point, small places may rank before large ones, so more candidates are needed.
        var candidates = near is null ? wanted : wanted * 10;
        return results.Whole(CitySearch.ToQuery(q, country, near, candidates), wanted, feature);
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Search;

/// <summary>The search by name.</summary>
internal static class SearchEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaximumLimit = 100;
    private const int MaximumOffset = 200;

    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapGet("/search", Search)
            .WithTags("Search")
            .WithName("search")
            .WithSummary("Search places and postal codes by name")
            .WithDescription(
                "Cities, districts, regions, subregions, countries and postal codes, the best match first. The text "
                + "can name the region and the country of a place too, by names in any language or by codes, with or "
                + "without commas. Case, accents and punctuation do not matter. Names that are equal to the text or "
                + "begin with it are found, and if no name is equal, names with typing errors. Each result contains "
                + "the name, the region and the country that the search recognized. The list has no count.")
            .ProducesFeatures(SearchResults.Collection);

    private static FeatureResult Search(
        [AsParameters] SearchRequest search,
        [FromQuery, Description("The maximum number of results."), Range(1, MaximumLimit), DefaultValue(DefaultLimit)]
        int? limit,
        [FromQuery, Description("The number of results to skip."), Range(0, MaximumOffset), DefaultValue(0)]
        int? offset,
        [AsParameters] FeatureRequest feature,
        FeatureResults results)
    {
        var page = new RankedPage(MaximumOffset) { Limit = limit ?? DefaultLimit, Offset = offset ?? 0 };
        return results.Ranked(search.ToQuery(page.EffectiveLimit + (int)page.Offset + 1), page, feature);
    }
}

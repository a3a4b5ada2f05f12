using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Cities.Api.Search;

/// <summary>The endpoints for geocoding and reverse geocoding in bulk.</summary>
internal static class BatchEndpoints
{
    private const string Limits =
        " A request has at most 1,000 items, and each counts as a request towards the rate limit. The results are in "
        + "the order of the items. An item without a place has an error with the status that a request for it alone "
        + "would have. Send items with the status 429 or 503 again later.";

    public static void MapBatches(this IEndpointRouteBuilder api)
    {
        api.MapPost("/geocode", Geocode)
            .WithTags("Search")
            .WithName("geocode")
            .WithSummary("Find the best match of each of many names")
            .WithDescription("The first result of a search for each item." + Limits)
            .Accepts<BatchRequest<GeocodeItem>>("application/json")
            .WithBodyExample("""{"items":[{"q":"londn","country":"GB"},{"q":"Paris"}]}""")
            .ProducesBatch(SearchResults.Collection)
            .ProducesBodyProblems();
        api.MapPost("/reverse", Reverse)
            .WithTags("Geography")
            .WithName("reverseBatch")
            .WithSummary("Find the city nearest to each of many points")
            .WithDescription("The city nearest to each point, by geodesic distance on WGS 84." + Limits)
            .Accepts<BatchRequest<ReverseItem>>("application/json")
            .WithBodyExample("""{"items":[{"lat":51.5072,"lon":-0.1276},{"lat":48.85,"lon":2.35,"radius":10000}]}""")
            .ProducesBatch(CityCollections.Cities, [.. GeographyEndpoints.ReverseFields, Field.DistanceName])
            .ProducesBodyProblems();
    }

    private static BatchResult<GeocodeItem> Geocode([AsParameters] FeatureRequest feature, BatchResults results) =>
        results.Create(
            feature,
            ApiJsonContext.Default.GeocodeItem,
            item => item.ToSearch().ToQuery(candidates: 1),
            "No place has this name.");

    private static BatchResult<ReverseItem> Reverse([AsParameters] FeatureRequest feature, BatchResults results) =>
        results.Create(
            feature,
            ApiJsonContext.Default.ReverseItem,
            item => GeographyEndpoints
                .NearestCity(Parameters.Longitude("lon", item.Lon), Parameters.Latitude("lat", item.Lat)) with
            {
                Reach = item.Metres() ?? GeographyEndpoints.DefaultReverseRadius,
            },
            "The database has no cities.");
}

/// <summary>What to search for: either a text, or its parts.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class GeocodeItem
{
    private const int MaximumLength = 100;

    /// <summary>The text to search for, such as <c>Paris, Texas</c>.</summary>
    [StringLength(MaximumLength, MinimumLength = 1)]
    public string? Q { get; init; }

    /// <summary>The name of the place, instead of <see cref="Q"/>.</summary>
    [StringLength(MaximumLength, MinimumLength = 1)]
    public string? City { get; init; }

    /// <summary>The postal code, instead of <see cref="Q"/>.</summary>
    [StringLength(MaximumLength, MinimumLength = 1)]
    public string? PostalCode { get; init; }

    /// <summary>Names, codes or GeoNames ids of regions or subregions, comma-separated.</summary>
    [StringLength(Filters.MaximumListLength)]
    public string? Region { get; init; }

    /// <summary>Names, ISO 3166-1 codes or GeoNames ids of countries, comma-separated.</summary>
    [StringLength(Filters.MaximumListLength)]
    public string? Country { get; init; }

    /// <summary>Types of results, comma-separated.</summary>
    [StringLength(MaximumLength)]
    public string? Type { get; init; }

    /// <summary>A point in degrees: longitude,latitude. Places near it rank higher.</summary>
    [StringLength(MaximumLength)]
    public string? Near { get; init; }

    /// <summary>Makes the search.</summary>
    /// <exception cref="ParameterException">A value is empty or too long, or contains a NUL character.</exception>
    internal SearchRequest ToSearch() => new()
    {
        Q = Checked("q", Q, MaximumLength),
        City = Checked("city", City, MaximumLength),
        PostalCode = Checked("postalCode", PostalCode, MaximumLength),
        Region = Checked("region", Region, Filters.MaximumListLength),
        Country = Checked("country", Country, Filters.MaximumListLength),
        Type = Checked("type", Type, MaximumLength),
        Near = Checked("near", Near, MaximumLength),
    };

    private static string? Checked(string name, string? text, int maximumLength) => text switch
    {
        null => null,
        { Length: > 0 } when text.Length <= maximumLength => Parameters.Text(name, text),
        _ => throw new ParameterException(name, $"The text does not have between 1 and {maximumLength} characters."),
    };
}

/// <summary>A point to find the nearest city of.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed class ReverseItem
{
    /// <summary>Latitude in degrees, north positive.</summary>
    [Range(-90.0, 90.0)]
    public required double Lat { get; init; }

    /// <summary>Longitude in degrees, east positive.</summary>
    [Range(-180.0, 180.0)]
    public required double Lon { get; init; }

    /// <summary>The maximum distance in metres.</summary>
    [Range(0, AreaFilter.MaximumRadius)]
    public double? Radius { get; init; }

    /// <summary>Checks the radius.</summary>
    /// <exception cref="ParameterException">The radius is out of range.</exception>
    internal double? Metres() =>
        Radius is null or (>= 0 and <= AreaFilter.MaximumRadius)
            ? Radius
            : throw new ParameterException(
                "radius", $"The radius must be between 0 and {AreaFilter.MaximumRadius:0} metres.");
}

using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Ogc;

/// <summary>A link (RFC 8288).</summary>
/// <param name="Href">Where it leads to.</param>
/// <param name="Rel">What that is to this resource.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Title">What it is, for people.</param>
public sealed record LinkResponse(
    string Href,
    string Rel,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null)
{
    /// <summary>Makes the link to the requested resource.</summary>
    internal static LinkResponse Self(HttpRequest request, string mediaType) => new(request.GetEncodedUrl(), "self", mediaType);
}

/// <summary>The landing page.</summary>
/// <param name="Title">Title of the API.</param>
/// <param name="Description">What it offers.</param>
/// <param name="Attribution">Whose the data is.</param>
/// <param name="Links">What there is: the definition of the API, what it conforms to, the collections.</param>
public sealed record LandingPageResponse(string Title, string Description, string Attribution, IReadOnlyList<LinkResponse> Links);

/// <summary>The conformance declaration.</summary>
/// <param name="ConformsTo">The conformance classes that the API has, as URIs.</param>
public sealed record ConformanceResponse(IReadOnlyList<string> ConformsTo);

/// <summary>The feature collections.</summary>
/// <param name="Links">Links of this resource.</param>
/// <param name="Collections">The collections.</param>
public sealed record CollectionsResponse(IReadOnlyList<LinkResponse> Links, IReadOnlyList<CollectionResponse> Collections);

/// <summary>A feature collection.</summary>
/// <param name="Id">Its id in addresses.</param>
/// <param name="Title">Title for people.</param>
/// <param name="Description">What the features are.</param>
/// <param name="Attribution">Whose the data is.</param>
/// <param name="Extent">Where the features are; absent while there are none.</param>
/// <param name="ItemType">What the items are: features.</param>
/// <param name="Crs">The coordinate reference systems of answers, as URIs.</param>
/// <param name="Links">Links to the collection, its features and the licence.</param>
public sealed record CollectionResponse(
    string Id,
    string Title,
    string Description,
    string Attribution,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExtentResponse? Extent,
    string ItemType,
    IReadOnlyList<string> Crs,
    IReadOnlyList<LinkResponse> Links);

/// <summary>Where the features of a collection are.</summary>
/// <param name="Spatial">In space.</param>
public sealed record ExtentResponse(SpatialExtentResponse Spatial);

/// <summary>Where the features of a collection are in space.</summary>
/// <param name="Bbox">Boxes that hold all features: west, south, east, north in degrees.</param>
/// <param name="Crs">The coordinate reference system of the boxes, as a URI.</param>
public sealed record SpatialExtentResponse(IReadOnlyList<double[]> Bbox, string Crs);

using System.Text.Json.Serialization;

using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Ogc;

/// <summary>A link (RFC 8288).</summary>
/// <param name="Href">The URL of the target.</param>
/// <param name="Rel">The relation of the target to this resource.</param>
/// <param name="Type">The media type of the target.</param>
/// <param name="Title">The title of the target.</param>
public sealed record LinkResponse(
    string Href,
    string Rel,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null)
{
    /// <summary>Makes the link to the requested resource.</summary>
    internal static LinkResponse Self(HttpRequest request, string mediaType) =>
        new(request.GetEncodedUrl(), "self", mediaType);
}

/// <summary>The landing page.</summary>
/// <param name="Title">The title of the API.</param>
/// <param name="Description">The description of the API.</param>
/// <param name="Attribution">The attribution of the data.</param>
/// <param name="Links">Links to the definition of the API, the conformance declaration and the collections.</param>
public sealed record LandingPageResponse(
    string Title, string Description, string Attribution, IReadOnlyList<LinkResponse> Links);

/// <summary>The conformance declaration.</summary>
/// <param name="ConformsTo">The conformance classes that the API implements, as URIs.</param>
public sealed record ConformanceResponse(IReadOnlyList<string> ConformsTo);

/// <summary>The feature collections.</summary>
/// <param name="Links">Links of this resource.</param>
/// <param name="Collections">The collections.</param>
public sealed record CollectionsResponse(
    IReadOnlyList<LinkResponse> Links, IReadOnlyList<CollectionResponse> Collections);

/// <summary>A feature collection.</summary>
/// <param name="Id">The id of the collection in URLs.</param>
/// <param name="Title">The title of the collection.</param>
/// <param name="Description">The description of the features.</param>
/// <param name="Attribution">The attribution of the data.</param>
/// <param name="Extent">The extent of the features. An empty collection has none.</param>
/// <param name="ItemType">The type of the items: feature.</param>
/// <param name="Crs">The coordinate reference systems of requests and answers, as URIs.</param>
/// <param name="StorageCrs">The coordinate reference system of the data, as a URI.</param>
/// <param name="Links">Links to the collection, its features, its schemas and the licence.</param>
public sealed record CollectionResponse(
    string Id,
    string Title,
    string Description,
    string Attribution,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExtentResponse? Extent,
    string ItemType,
    IReadOnlyList<string> Crs,
    string StorageCrs,
    IReadOnlyList<LinkResponse> Links);

/// <summary>The extent of the features of a collection.</summary>
/// <param name="Spatial">The spatial extent.</param>
public sealed record ExtentResponse(SpatialExtentResponse Spatial);

/// <summary>The spatial extent of the features of a collection.</summary>
/// <param name="Bbox">Boxes that contain all features: west, south, east, north in degrees.</param>
/// <param name="Crs">The coordinate reference system of the boxes, as a URI.</param>
public sealed record SpatialExtentResponse(IReadOnlyList<double[]> Bbox, string Crs);

using System.Text.Json;
using Cities.Api.Features;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Ogc;

/// <summary>Addresses of the resources.</summary>
internal static class OgcLinks
{
    public const string Root = "/ogc";
    public const string Json = "application/json";

    /// <summary>The address of a path, as the caller reaches it.</summary>
    public static string Address(this HttpRequest request, PathString path) =>
        UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, path);

    /// <summary>The link to the resource that is asked for.</summary>
    public static LinkResponse Self(this HttpRequest request, string mediaType) => new(request.GetEncodedUrl(), "self", mediaType);

    /// <summary>The links to a resource in the format that is answered, and in the others.</summary>
    public static IEnumerable<LinkResponse> SelfAndAlternates(this HttpRequest request, FeatureFormat format)
    {
        yield return request.Self(format.MediaType());
        foreach (var (other, name, mediaType) in FeatureFormats.All.Where(each => OgcFormats.Offered.Contains(each.Format) && each.Format != format))
            yield return new(request.With([new("f", name)]), "alternate", mediaType);
    }

    /// <summary>The request's own address with other values of some parameters, or without them.</summary>
    public static string With(this HttpRequest request, IReadOnlyList<KeyValuePair<string, string?>> changes)
    {
        var parameters = new QueryBuilder(request.Query.Where(pair => !changes.Any(change => change.Key == pair.Key)));
        foreach (var (name, value) in changes)
        {
            if (value is not null)
                parameters.Add(name, value);
        }

        return UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, request.Path, parameters.ToQueryString());
    }

    public static void WriteLinks(this Utf8JsonWriter writer, IEnumerable<LinkResponse> links)
    {
        writer.WritePropertyName("links");
        JsonSerializer.Serialize(writer, links.ToList(), ApiJsonContext.Default.ListLinkResponse);
    }
}

/// <summary>The formats of features: GeoJSON by either of its media types.</summary>
internal static class OgcFormats
{
    public static readonly FeatureFormat[] Offered = [FeatureFormat.GeoJson, FeatureFormat.Json];

    /// <summary>The format that the caller wants, or null where none is acceptable.</summary>
    public static FeatureFormat? Negotiate(HttpRequest request) =>
        FeatureFormats.Negotiate(request, request.Query["f"], FeatureFormat.GeoJson, Offered);

    public static Task NotAcceptableAsync(HttpContext context) =>
        TypedResults.Problem(
            statusCode: StatusCodes.Status406NotAcceptable,
            detail: "The formats are application/geo+json and application/json.").ExecuteAsync(context);
}

using Cities.Api.Errors;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Features;

/// <summary>The formats that features are answered in.</summary>
internal enum FeatureFormat
{
    /// <summary>A page as <c>{count, next, previous, results}</c>.</summary>
    Json,

    /// <summary>A feature collection (RFC 7946).</summary>
    GeoJson,

    /// <summary>Comma-separated values with a head (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Ndjson,
}

internal static class FeatureFormats
{
    public static readonly (FeatureFormat Format, string Name, string MediaType)[] All =
    [
        (FeatureFormat.Json, "json", "application/json"),
        (FeatureFormat.GeoJson, "geojson", "application/geo+json"),
        (FeatureFormat.Csv, "csv", "text/csv"),
        (FeatureFormat.Ndjson, "ndjson", "application/x-ndjson"),
    ];

    public static string MediaType(this FeatureFormat format) => All[(int)format].MediaType;

    /// <summary>Whether any number of features can be answered, because they are written as they are read.</summary>
    public static bool IsStreamed(this FeatureFormat format) => format is FeatureFormat.Csv or FeatureFormat.Ndjson;

    /// <summary>Chooses by the parameter <c>f</c>, else by the header Accept, in the caller's order of preference.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">The parameter, or null.</param>
    /// <param name="preferred">The format where the caller has no preference.</param>
    /// <param name="offered">The formats that this address answers in.</param>
    /// <returns>The format, or null where none is acceptable.</returns>
    /// <exception cref="ParameterException">There is no such format.</exception>
    public static FeatureFormat? Negotiate(
        HttpRequest request, string? name, FeatureFormat preferred, params FeatureFormat[] offered)
    {
        var formats = offered.Length == 0 ? All : [.. All.Where(each => offered.Contains(each.Format))];
        if (name is not null)
        {
            var named = Array.Find(formats, each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            return named.Name is not null
                ? named.Format
                : throw new ParameterException(
                    "f", $"'{name}' is not a format; the formats are {string.Join(", ", formats.Select(each => each.Name))}.");
        }

        var accepted = new RequestHeaders(request.Headers).Accept;
        if (accepted is null or { Count: 0 })
            return preferred;
        foreach (var range in accepted.Where(range => range.Quality is not 0).OrderByDescending(range => range, MediaTypeHeaderValueComparer.QualityComparer))
        {
            if (Matches(range, preferred.MediaType()))
                return preferred;
            var match = Array.Find(formats, each => Matches(range, each.MediaType));
            if (match.Name is not null)
                return match.Format;
        }

        return null;
    }

    /// <summary>Without a wildcard a type is itself alone: GeoJSON is not what application/json asks for.</summary>
    private static bool Matches(MediaTypeHeaderValue range, string mediaType) =>
        range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        || ((range.MatchesAllSubTypes || range.MatchesAllSubTypesWithoutSuffix) && MediaTypeHeaderValue.Parse(mediaType).IsSubsetOf(range));
}

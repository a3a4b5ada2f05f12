using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Cities.Api.Formats;

/// <summary>The formats of features.</summary>
internal enum FeatureFormat
{
    /// <summary>A page as <c>{count, next, previous, results}</c>.</summary>
    Json,

    /// <summary>A feature collection (RFC 7946).</summary>
    GeoJson,

    /// <summary>Comma-separated values with a header (RFC 4180).</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    Ndjson,

    /// <summary>A sequence of features (RFC 8142).</summary>
    GeoJsonSeq,

    /// <summary>A page for people, of OGC API – Features only.</summary>
    Html,
}

/// <summary>Names and media types of the formats.</summary>
internal static class FeatureFormats
{
    private static readonly (string Name, string MediaType)[] Known =
    [
        ("json", "application/json"),
        ("geojson", "application/geo+json"),
        ("csv", "text/csv"),
        ("ndjson", "application/x-ndjson"),
        ("geojsonseq", "application/geo+json-seq"),
        ("html", "text/html"),
    ];

    /// <summary>The formats of lists, the preferred one first.</summary>
    public static IReadOnlyList<FeatureFormat> All { get; } =
        [.. Enum.GetValues<FeatureFormat>().Where(format => format is not FeatureFormat.Html)];

    /// <summary>The formats of a single feature, the preferred one first.</summary>
    public static IReadOnlyList<FeatureFormat> Single { get; } = [FeatureFormat.Json, FeatureFormat.GeoJson];

    /// <summary>The formats of the answers to many items.</summary>
    public static IReadOnlyList<FeatureFormat> Batch { get; } = [FeatureFormat.Json];

    /// <summary>The value of the parameter <c>f</c>.</summary>
    public static string Name(this FeatureFormat format) => Known[(int)format].Name;

    public static string MediaType(this FeatureFormat format) => Known[(int)format].MediaType;

    /// <summary>Whether features are sent while they are read, so that their number has no limit.</summary>
    public static bool IsStreamed(this FeatureFormat format) =>
        format is FeatureFormat.Csv or FeatureFormat.Ndjson or FeatureFormat.GeoJsonSeq;
}

/// <summary>The result of the negotiation of a format (RFC 9110, section 12.5.1).</summary>
/// <param name="Chosen">The format, or null if the client accepts none of them.</param>
/// <param name="Offered">The formats of the endpoint, the preferred one first.</param>
/// <param name="Vary">The headers that the answer depends on.</param>
internal sealed record Negotiation(FeatureFormat? Chosen, IReadOnlyList<FeatureFormat> Offered, string Vary)
{
    /// <summary>Whether CSV begins with a byte order mark.</summary>
    public bool HasByteOrderMark { get; init; }

    /// <summary>Chooses the format by the parameter <c>f</c>, otherwise by the header Accept.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="name">The value of the parameter, or null.</param>
    /// <param name="offered">The formats of the endpoint, the preferred one first.</param>
    /// <param name="vary">The headers that the answer depends on.</param>
    /// <exception cref="ParameterException">The endpoint has no format of this name.</exception>
    public static Negotiation Of(HttpRequest request, string? name, IReadOnlyList<FeatureFormat> offered, string vary)
    {
        if (name is not null)
        {
            foreach (var format in offered)
            {
                if (format.Name().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return new(format, offered, vary);
            }

            throw new ParameterException(
                "f",
                $"'{name}' is not a format; the formats are {string.Join(", ", offered.Select(FeatureFormats.Name))}.");
        }

        var accepted = new RequestHeaders(request.Headers).Accept;
        return new(accepted is null or { Count: 0 } ? offered[0] : Choose(accepted, offered), offered, vary);
    }

    /// <summary>Makes the answer 406.</summary>
    public ProblemHttpResult ToProblem() => TypedResults.Problem(
        statusCode: StatusCodes.Status406NotAcceptable,
        detail: $"The formats are {string.Join(", ", Offered.Select(FeatureFormats.MediaType))}.");

    private static FeatureFormat? Choose(IList<MediaTypeHeaderValue> accepted, IReadOnlyList<FeatureFormat> offered)
    {
        foreach (var range in accepted
            .Where(range => range.Quality is not 0)
            .OrderByDescending(range => range, MediaTypeHeaderValueComparer.QualityComparer))
        {
            foreach (var format in offered)
            {
                if (Matches(range, format.MediaType()))
                    return format;
            }
        }

        return null;
    }

    /// <summary>A type without a wildcard matches only itself: application/json does not accept GeoJSON.</summary>
    private static bool Matches(MediaTypeHeaderValue range, string mediaType) =>
        range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        || ((range.MatchesAllSubTypes || range.MatchesAllSubTypesWithoutSuffix)
            && MediaTypeHeaderValue.Parse(mediaType).IsSubsetOf(range));
}

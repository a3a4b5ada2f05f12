using Microsoft.Net.Http.Headers;

namespace Cities.Api.Editing;

/// <summary>
/// If-Match (RFC 9110, 13.1.1): an edit names the version of the city that it changes, so that it does not overwrite
/// changes by others.
/// </summary>
internal static class Precondition
{
    /// <summary>Makes the answer 428 if the header is missing or empty; otherwise null.</summary>
    public static ProblemDetails? Check(string? ifMatch) => ifMatch switch
    {
        null or "" => new ProblemDetails
        {
            Status = StatusCodes.Status428PreconditionRequired,
            Detail = "The If-Match header is required. Send the ETag of the city, or * to ignore changes by others.",
        },
        _ => null,
    };

    /// <summary>Whether the header matches the city. A weak ETag never matches.</summary>
    /// <param name="ifMatch">The header.</param>
    /// <param name="etag">The ETag of the city, with its quotes.</param>
    public static bool IsMet(string ifMatch, string etag) =>
        EntityTagHeaderValue.TryParseList([ifMatch], out var tags)
        && tags.Any(tag =>
            tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag.Equals(etag, StringComparison.Ordinal)));

    /// <summary>The answer if the header does not match.</summary>
    public static ProblemDetails Failed { get; } = new()
    {
        Status = StatusCodes.Status412PreconditionFailed,
        Detail = "The city has changed since the version in If-Match. Get the city again.",
    };
}

using Microsoft.Net.Http.Headers;

namespace Cities.Api.Editing;

/// <summary>If-Match (RFC 9110, 13.1.1): who changes something says what it is that he has seen.</summary>
internal static class Precondition
{
    /// <summary>What is answered where the header is missing or is none, or null where it is there.</summary>
    public static ProblemDetails? Check(string? ifMatch) => ifMatch switch
    {
        null or "" => new ProblemDetails
        {
            Status = StatusCodes.Status428PreconditionRequired,
            Detail = "If-Match is required: the ETag that the city was answered with, or * for whatever it is now.",
        },
        _ => null,
    };

    /// <summary>Whether the header is met by what there is now. A weak ETag never is.</summary>
    /// <param name="ifMatch">The header.</param>
    /// <param name="etag">The ETag, with its quotes, of what there is.</param>
    public static bool IsMet(string ifMatch, string etag) =>
        EntityTagHeaderValue.TryParseList([ifMatch], out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag.Equals(etag, StringComparison.Ordinal)));

    /// <summary>What is answered where it is not.</summary>
    public static ProblemDetails Failed { get; } = new()
    {
        Status = StatusCodes.Status412PreconditionFailed,
        Detail = "The city is not what If-Match says: it has been changed since. Get it again.",
    };
}

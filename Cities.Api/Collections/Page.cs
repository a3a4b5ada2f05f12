using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Collections;

/// <summary>A page of a list, with links to the pages before and after it.</summary>
/// <typeparam name="T">The type of the results.</typeparam>
/// <param name="Count">The number of results of the whole list.</param>
/// <param name="Next">The URL of the next page, or null on the last page.</param>
/// <param name="Previous">The URL of the previous page, or null on the first page.</param>
/// <param name="Results">The results of this page.</param>
public sealed record Page<T>(int Count, string? Next, string? Previous, IReadOnlyList<T> Results);

/// <summary>The requested part of a list.</summary>
public sealed class PageRequest
{
    /// <summary>The default number of results of a page.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The maximum number of results of a page.</summary>
    public const int MaximumLimit = 1000;

    /// <summary>The maximum offset. The database reads all results before an offset.</summary>
    public const int MaximumOffset = 10_000;

    /// <summary>The error of an offset that is out of range.</summary>
    public const string OffsetError =
        "The field offset must be between 0 and 10000. To read the rest of the list, use the link to the next page.";

    /// <summary>The maximum number of results.</summary>
    [FromQuery(Name = "limit")]
    [Description("The maximum number of results.")]
    [Display(Name = "limit")]
    [Range(1, MaximumLimit)]
    [DefaultValue(DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary>The number of results to skip.</summary>
    [FromQuery(Name = "offset")]
    [Description(
        "The number of results to skip. The links to the pages after the greatest offset contain 'after' instead.")]
    [Display(Name = "offset")]
    [Range(0, MaximumOffset, ErrorMessage = OffsetError)]
    [DefaultValue(0)]
    public int? Offset { get; init; }

    /// <summary>A cursor.</summary>
    [FromQuery(Name = "after")]
    [Description("The cursor in the link to the next page.")]
    [Display(Name = "after"), Example("")]
    [StringLength(Cursor.MaximumLength)]
    public string? After { get; init; }

    internal int EffectiveLimit => Limit ?? DefaultLimit;

    internal int EffectiveOffset => Offset ?? 0;

}

/// <summary>The links from a page of a list to the pages before and after it.</summary>
/// <param name="Next">The address of the next page, or null on the last.</param>
/// <param name="Previous">The address of the previous page, or null on the first.</param>
internal readonly record struct PageLinks(string? Next, string? Previous)
{
    /// <summary>
    /// Makes the links of a page of a list with offsets. The pages after the maximum offset have cursors.
    /// </summary>
    /// <param name="request">The current request.</param>
    /// <param name="hasMore">Whether the list has more results after the page.</param>
    /// <param name="limit">The greatest number of results of a page.</param>
    /// <param name="offset">The number of results before the page.</param>
    /// <param name="last">The cursor of the last result of the page, or null if the list has no cursors.</param>
    public static PageLinks Of(HttpRequest request, bool hasMore, int limit, long offset, Cursor? last)
    {
        return new PageLinks(
            !hasMore ? null
            : offset + limit <= PageRequest.MaximumOffset ? At(request, limit, offset + limit)
            : last is null ? null
            : After(request, limit, last),
            offset > 0 ? At(request, limit, Math.Max(offset - limit, 0)) : null);
    }

    /// <summary>Makes the address of the page after a cursor.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="limit">The greatest number of results of a page.</param>
    /// <param name="last">The cursor of the last result before the page.</param>
    public static string After(HttpRequest request, int limit, Cursor last) =>
        request.AddressWith(("limit", $"{limit}"), ("offset", null), ("after", $"{last}"));

    /// <summary>Makes the address of the page at an offset. The first page has none.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="limit">The greatest number of results of a page.</param>
    /// <param name="offset">The number of results before the page.</param>
    public static string At(HttpRequest request, int limit, long offset) =>
        request.AddressWith(("limit", $"{limit}"), ("offset", offset > 0 ? $"{offset}" : null));
}

/// <summary>Addresses for links.</summary>
internal static class RequestAddresses
{
    /// <summary>Makes the address of the request with other values of some parameters.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="changes">The names of the parameters, with their values; null removes a parameter.</param>
    public static string AddressWith(
        this HttpRequest request, params IReadOnlyList<(string Name, string? Value)> changes)
    {
        var parameters = new QueryBuilder(request.Query.Where(pair =>
            !changes.Any(change => change.Name.Equals(pair.Key, StringComparison.OrdinalIgnoreCase))));
        foreach (var (name, value) in changes)
        {
            if (value is not null)
                parameters.Add(name, value);
        }

        return UriHelper.BuildAbsolute(
            request.Scheme, request.Host, request.PathBase, request.Path, parameters.ToQueryString());
    }

    /// <summary>Makes the address of a path, as the client reaches it.</summary>
    public static string AddressOf(this HttpRequest request, PathString path) =>
        UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, path);
}

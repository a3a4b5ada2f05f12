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

    /// <summary>The maximum number of results.</summary>
    [FromQuery(Name = "limit")]
    [Description("The maximum number of results.")]
    [Display(Name = "limit")]
    [Range(1, MaximumLimit)]
    [DefaultValue(DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary>The number of results to skip.</summary>
    [FromQuery(Name = "offset")]
    [Description("The number of results to skip.")]
    [Display(Name = "offset")]
    [Range(0, int.MaxValue)]
    [DefaultValue(0)]
    public int? Offset { get; init; }

    internal int EffectiveLimit => Limit ?? DefaultLimit;

    internal int EffectiveOffset => Offset ?? 0;
}

/// <summary>The links from a page of a list to the pages before and after it.</summary>
/// <param name="Next">The address of the next page, or null on the last.</param>
/// <param name="Previous">The address of the previous page, or null on the first.</param>
internal readonly record struct PageLinks(string? Next, string? Previous)
{
    /// <summary>Makes the links of a page of a list with offsets.</summary>
    /// <param name="request">The current request.</param>
    /// <param name="count">The number of results of the whole list.</param>
    /// <param name="limit">The greatest number of results of a page.</param>
    /// <param name="offset">The number of results before the page.</param>
    public static PageLinks Of(HttpRequest request, long count, int limit, long offset)
    {
        return new PageLinks(
            offset + limit < count ? At(request, limit, offset + limit) : null,
            offset > 0 ? At(request, limit, Math.Max(offset - limit, 0)) : null);
    }

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

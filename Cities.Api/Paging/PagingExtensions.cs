using System.Globalization;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace Cities.Api.Paging;

/// <summary>Cuts a page out of an ordered query: every list of the API goes through here.</summary>
internal static class PagingExtensions
{
    /// <param name="source">The whole list, in an order that leaves no two rows equal.</param>
    /// <param name="projection">What a row is answered as.</param>
    /// <param name="page">Which part is wanted.</param>
    /// <param name="request">The request, whose address the links are made of.</param>
    /// <param name="cancellationToken">Ends the queries.</param>
    public static async Task<Page<TResult>> ToPageAsync<TSource, TResult>(
        this IQueryable<TSource> source,
        Expression<Func<TSource, TResult>> projection,
        PageRequest page,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        var limit = page.Limit ?? PageRequest.DefaultLimit;
        var offset = page.Offset ?? 0;
        var count = await source.CountAsync(cancellationToken);
        var results = offset < count
            ? await source.Skip(offset).Take(limit).Select(projection).ToListAsync(cancellationToken)
            : [];
        return ToPage(results, count, limit, offset, request);
    }

    /// <summary>Makes a page of the rows of one.</summary>
    /// <param name="results">The rows.</param>
    /// <param name="count">How many rows the whole list has.</param>
    /// <param name="limit">How many were wanted.</param>
    /// <param name="offset">How many are before them.</param>
    /// <param name="request">The request, whose address the links are made of.</param>
    public static Page<T> ToPage<T>(IReadOnlyList<T> results, int count, int limit, int offset, HttpRequest request) => new(
        count,
        // As a long: the sum may pass the greatest int.
        (long)offset + limit < count ? Link(request, limit, offset + limit) : null,
        offset > 0 ? Link(request, limit, Math.Max(offset - limit, 0)) : null,
        results);

    /// <summary>The request's own address with another part of the list; the first part has no offset.</summary>
    private static string Link(HttpRequest request, int limit, int offset)
    {
        var query = new QueryBuilder(request.Query
            .Where(pair => !IsNamed(pair.Key, "limit") && !IsNamed(pair.Key, "offset")));
        query.Add("limit", limit.ToString(CultureInfo.InvariantCulture));
        if (offset > 0)
            query.Add("offset", offset.ToString(CultureInfo.InvariantCulture));
        return UriHelper.BuildAbsolute(
            request.Scheme, request.Host, request.PathBase, request.Path, query.ToQueryString());

        static bool IsNamed(string key, string name) => key.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Errors;
using Cities.Api.Paging;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Features;

/// <summary>How features are answered: which fields, in which language and format.</summary>
public class FeatureRequest
{
    private const int MaximumLanguages = 10;

    /// <summary>The request, whose headers say what the parameters do not.</summary>
    public required HttpRequest Request { get; init; }

    /// <summary>Names of fields.</summary>
    [FromQuery(Name = "fields"), Display(Name = "fields"), Example("id")]
    [Description("The fields to answer, comma-separated; the id is always among them.")]
    [StringLength(500)]
    public string? Fields { get; init; }

    /// <summary>Languages of names.</summary>
    [FromQuery(Name = "lang"), Display(Name = "lang"), Example("fr")]
    [Description(
        "Languages of names, comma-separated and in the order of preference; otherwise those of Accept-Language. A place that has "
        + "no name in any of them keeps its own.")]
    [StringLength(100), RegularExpression("[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*", ErrorMessage = "The field lang is not a list of language tags.")]
    public string? Lang { get; init; }

    /// <summary>Name of a format.</summary>
    [FromQuery(Name = "f"), Display(Name = "f"), Example("geojson")]
    [Description("The format: json, geojson, csv or ndjson; otherwise that of Accept.")]
    public string? F { get; init; }

    /// <summary>The languages, lower-case, a tag before its primary language.</summary>
    internal IReadOnlyList<string> Languages()
    {
        var tags = Lang?.Split(',') ?? Request.GetTypedHeaders().AcceptLanguage?
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString()) ?? [];
        return [.. tags
            .Where(tag => tag != "*")
            .Take(MaximumLanguages)
            .Select(tag => tag.ToLowerInvariant())
            .SelectMany(tag => tag.IndexOf('-', StringComparison.Ordinal) is > 0 and var end ? [tag, tag[..end]] : new[] { tag })
            .Distinct()];
    }

    /// <summary>Applies the parameters to a query, and answers.</summary>
    /// <param name="query">The query.</param>
    /// <param name="limit">How many features at most.</param>
    internal FeatureResult Whole(FeatureQuery query, int limit)
    {
        Apply(query);
        return new FeatureResult(query, new FeaturePage { Format = Negotiate(), Limit = limit, IsWhole = true });
    }

    /// <summary>Applies the parameters to a query, and answers with a page.</summary>
    internal FeatureResult Page(FeatureQuery query, PageRequest page)
    {
        Apply(query);
        return new FeatureResult(query, new FeaturePage { Format = Negotiate(), Limit = page.Limit, Offset = page.Offset ?? 0 });
    }

    /// <summary>Applies the parameters to a query, and answers with its first feature.</summary>
    internal SingleFeatureResult Single(FeatureQuery query)
    {
        Apply(query);
        return new SingleFeatureResult(
            query, FeatureFormats.Negotiate(Request, F, FeatureFormat.Json, FeatureFormat.Json, FeatureFormat.GeoJson));
    }

    private protected void Apply(FeatureQuery query)
    {
        if (Fields is not null)
            query.Select(Fields);
        query.Languages = Languages();
    }

    private protected FeatureFormat? Negotiate() => FeatureFormats.Negotiate(Request, F, FeatureFormat.Json);
}

/// <summary>Which part of a list is wanted, and in which order.</summary>
public sealed class ListRequest : FeatureRequest
{
    /// <summary>How many results to return.</summary>
    [FromQuery(Name = "limit"), Display(Name = "limit")]
    [Description("How many results to return. CSV and NDJSON have all of them where no limit is given.")]
    [Range(1, PageRequest.MaximumLimit), DefaultValue(PageRequest.DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary>How many results to skip.</summary>
    [FromQuery(Name = "offset"), Display(Name = "offset")]
    [Description("How many results to skip. To read on and on, 'after' costs less.")]
    [Range(0, int.MaxValue), DefaultValue(0)]
    public int? Offset { get; init; }

    /// <summary>A cursor.</summary>
    [FromQuery(Name = "after"), Display(Name = "after"), Example("")]
    [Description(
        "The cursor of the link to the next page; empty for the first page of a list with cursors, which has no count and costs the "
        + "same on every page, and in which an import in between neither repeats nor leaves out a result.")]
    [StringLength(Cursor.MaximumLength)]
    public string? After { get; init; }

    /// <summary>Name of an order.</summary>
    [FromQuery(Name = "orderBy"), Display(Name = "orderBy"), Example("-id")]
    [Description("The order: id, or name, population or distance where the list has them; '-' before it for descending.")]
    [StringLength(20)]
    public string? OrderBy { get; init; }

    /// <summary>Applies the parameters to a query, and answers.</summary>
    /// <exception cref="ParameterException">A parameter is wrong, or at odds with another.</exception>
    internal FeatureResult Page(FeatureQuery query)
    {
        Apply(query);
        if (OrderBy is not null)
            query.OrderBy(OrderBy);
        if (After is not null && Offset is > 0)
            throw new ParameterException("offset", "A list with cursors has no offset.");
        if (After is not null && query.IsByDistance)
            throw new ParameterException("after", "The order distance has no cursors: use offset.");
        return new FeatureResult(query, new FeaturePage
        {
            Format = Negotiate(),
            Limit = Limit,
            Offset = Offset ?? 0,
            After = After,
            Cursor = After is null ? null : Cursor.Parse(After, query.Order),
        });
    }
}

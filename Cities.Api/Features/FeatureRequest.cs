using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Errors;
using Cities.Api.Paging;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Features;

/// <summary>How features are answered: which fields, in which language and format.</summary>
public sealed class FeatureRequest
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

    /// <summary>Applies the parameters to a query, and answers with the part of it that is wanted.</summary>
    /// <exception cref="ParameterException">A parameter is wrong, or at odds with another.</exception>
    internal FeatureResult Page(FeatureQuery query, ListRequest list)
    {
        Apply(query);
        return new FeatureResult(query, list.ToPage(query, Negotiate()));
    }

    /// <summary>Applies the parameters to a query, and answers with its first feature.</summary>
    internal SingleFeatureResult Single(FeatureQuery query)
    {
        Apply(query);
        return new SingleFeatureResult(
            query, FeatureFormats.Negotiate(Request, F, FeatureFormat.Json, FeatureFormat.Json, FeatureFormat.GeoJson));
    }

    private void Apply(FeatureQuery query)
    {
        if (Fields is not null)
            query.Select(Fields);
        query.Languages = Languages();
    }

    private FeatureFormat? Negotiate() => FeatureFormats.Negotiate(Request, F, FeatureFormat.Json);
}

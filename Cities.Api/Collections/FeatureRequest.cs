using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>The requested fields, languages and format of features.</summary>
public sealed class FeatureRequest
{
    private const int MaximumLanguages = 10;

    /// <summary>The current request. Its headers replace missing parameters.</summary>
    public required HttpRequest Request { get; init; }

    /// <summary>Names of fields.</summary>
    [FromQuery(Name = "fields"), Display(Name = "fields"), Example("id")]
    [Description("The fields of the answer, comma-separated. The id is always included.")]
    [StringLength(500)]
    public string? Fields { get; init; }

    /// <summary>Languages of names.</summary>
    [FromQuery(Name = "lang"), Display(Name = "lang"), Example("fr")]
    [Description(
        "Languages of names, comma-separated, in the order of preference. Without it, the Accept-Language header "
        + "chooses the languages. If a place has no name in these languages, the answer contains its own name.")]
    [StringLength(100)]
    [RegularExpression(
        "[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*", ErrorMessage = "The field lang is not a list of language tags.")]
    public string? Lang { get; init; }

    /// <summary>Name of a format.</summary>
    [FromQuery(Name = "f"), Display(Name = "f"), Example("geojson")]
    [Description(
        "The format: json, geojson, csv, ndjson or geojsonseq. Without it, the Accept header chooses the format.")]
    public string? F { get; init; }

    /// <summary>Whether CSV begins with a byte order mark.</summary>
    [FromQuery(Name = "bom"), Display(Name = "bom"), DefaultValue(false)]
    [Description("Whether CSV begins with a byte order mark, which Excel needs. Other formats ignore this parameter.")]
    public bool? Bom { get; init; }

    /// <summary>Lists the requested languages in lower case, each tag before its primary language.</summary>
    internal IEnumerable<string> Languages()
    {
        var tags = Lang?.Split(',') ?? Request.GetTypedHeaders().AcceptLanguage?
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString()) ?? [];
        return tags
            .Where(tag => tag != "*")
            .Take(MaximumLanguages)
            .Select(tag => tag.ToLowerInvariant())
            .SelectMany(tag => tag.IndexOf('-', StringComparison.Ordinal) is > 0 and var end
                ? [tag, tag[..end]]
                : new[] { tag })
            .Distinct();
    }

    /// <summary>Applies the fields and the languages to a query.</summary>
    /// <exception cref="ParameterException">The collection has no such field.</exception>
    internal FeatureQuery Apply(FeatureQuery query) =>
        (Fields is null ? query : query.Select(Fields)) with { Languages = [.. Languages()] };

    /// <summary>Chooses the format.</summary>
    /// <param name="offered">The formats of the endpoint, the preferred one first.</param>
    /// <exception cref="ParameterException">The endpoint does not have the requested format.</exception>
    internal Negotiation Negotiate(IReadOnlyList<FeatureFormat> offered) =>
        Negotiation.Of(Request, F, offered, "Accept, Accept-Language") with { HasByteOrderMark = Bom is true };
}

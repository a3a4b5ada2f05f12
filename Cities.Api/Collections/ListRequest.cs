using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>The requested part of a list, and its order.</summary>
public sealed class ListRequest
{
    /// <summary>The maximum number of results.</summary>
    [FromQuery(Name = "limit"), Display(Name = "limit")]
    [Description("The maximum number of results. Without a limit, CSV, NDJSON and GeoJSONSeq contain all results.")]
    [Range(1, PageRequest.MaximumLimit), DefaultValue(PageRequest.DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary>The number of results to skip.</summary>
    [FromQuery(Name = "offset"), Display(Name = "offset")]
    [Description("The number of results to skip. To read a whole list, use 'after', which is faster.")]
    [Range(0, int.MaxValue), DefaultValue(0)]
    public int? Offset { get; init; }

    /// <summary>A cursor.</summary>
    [FromQuery(Name = "after"), Display(Name = "after"), Example("")]
    [Description(
        "The cursor in the link to the next page. Use an empty value to get the first page of a list with cursors. "
        + "Such a list has no count, and all of its pages cost the same. An import between two pages neither repeats "
        + "nor omits a result.")]
    [StringLength(Cursor.MaximumLength)]
    public string? After { get; init; }

    /// <summary>Name of an order.</summary>
    [FromQuery(Name = "orderBy"), Display(Name = "orderBy"), Example("-id")]
    [Description(
        "The order: id, or name, population or distance if the list has them. A '-' before it means descending.")]
    [StringLength(20)]
    public string? OrderBy { get; init; }

    /// <summary>Makes the requested page of an ordered query.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeaturePage ToPage(FeatureQuery query)
    {
        if (After is null)
            return new OffsetPage { Limit = Limit, Offset = Offset ?? 0 };
        if (Offset is > 0)
            throw new ParameterException("offset", "The parameters after and offset cannot be combined.");
        if (query.IsByDistance)
            throw new ParameterException("after", "The order distance has no cursors. Use offset.");
        return new CursorPage { Limit = Limit, After = Cursor.Parse(After, query.Order) };
    }
}

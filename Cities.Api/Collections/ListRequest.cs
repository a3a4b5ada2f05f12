using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>Which part of a list is wanted, and in which order.</summary>
public sealed class ListRequest
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

    /// <summary>Makes the requested part of a query, which has its order.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeaturePage ToPage(FeatureQuery query)
    {
        if (After is null)
            return new OffsetPage { Limit = Limit, Offset = Offset ?? 0 };
        if (Offset is > 0)
            throw new ParameterException("offset", "A list with cursors has no offset.");
        if (query.IsByDistance)
            throw new ParameterException("after", "The order distance has no cursors: use offset.");
        return new CursorPage { Limit = Limit, After = Cursor.Parse(After, query.Order) };
    }
}

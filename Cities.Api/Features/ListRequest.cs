using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Cities.Api.Documentation;
using Cities.Api.Errors;
using Cities.Api.Paging;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Features;

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

    /// <summary>Orders a query.</summary>
    /// <returns>Which part of it is wanted.</returns>
    /// <exception cref="ParameterException">A parameter is wrong, or at odds with another.</exception>
    internal FeaturePage ToPage(FeatureQuery query, FeatureFormat? format)
    {
        if (OrderBy is not null)
            query.OrderBy(OrderBy);
        if (After is not null && Offset is > 0)
            throw new ParameterException("offset", "A list with cursors has no offset.");
        if (After is not null && query.IsByDistance)
            throw new ParameterException("after", "The order distance has no cursors: use offset.");
        return new FeaturePage
        {
            Format = format,
            Limit = Limit,
            Offset = Offset ?? 0,
            After = After,
            Cursor = After is null ? null : Cursor.Parse(After, query.Order),
        };
    }
}

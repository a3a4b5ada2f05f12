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
    [Description(
        "The number of results to skip. To read a whole list, use 'after', which is faster. The links to the pages "
        + "after the greatest offset contain it.")]
    [Range(0, PageRequest.MaximumOffset, ErrorMessage = PageRequest.OffsetError), DefaultValue(0)]
    public int? Offset { get; init; }

    /// <summary>A cursor.</summary>
    [FromQuery(Name = "after"), Display(Name = "after"), Example("")]
    [Description(
        "The cursor in the link to the next page. Use an empty value to get the first page of a list with cursors. "
        + "All pages of such a list cost the same. An import between two pages neither repeats "
        + "nor omits a result.")]
    [StringLength(Cursor.MaximumLength)]
    public string? After { get; init; }

    /// <summary>Name of an order.</summary>
    [FromQuery(Name = "orderBy"), Display(Name = "orderBy"), Example("-id")]
    [Description(
        "The order: id, or name, population or distance if the list has them. A '-' before it means descending.")]
    [StringLength(20)]
    public string? OrderBy { get; init; }

    /// <summary>How the results are counted.</summary>
    [FromQuery(Name = "count"), Display(Name = "count"), Example("exact")]
    [Description(
        "Whether to count the results of the whole list: 'exact' counts all of them, 'none' does not count them. "
        + "Without it, a list with filters is counted up to 20,000, and its count is null if there are more. A list "
        + "with cursors is not counted by default.")]
    [OneOf("exact", "none")]
    public string? Count { get; init; }

    /// <summary>How the results are counted, or null for the default.</summary>
    internal Counting? Counting => Count switch
    {
        "exact" => Collections.Counting.Exact,
        "none" => Collections.Counting.None,
        _ => null,
    };
}

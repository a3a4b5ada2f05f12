using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>Which part of a list is wanted.</summary>
public sealed class PageRequest
{
    /// <summary>Rows of a page where the caller names no limit.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Rows of the largest page.</summary>
    public const int MaximumLimit = 1000;

    /// <summary>How many results to return.</summary>
    [FromQuery(Name = "limit")]
    [Description("How many results to return.")]
    [Display(Name = "limit")]
    [Range(1, MaximumLimit)]
    [DefaultValue(DefaultLimit)]
    public int? Limit { get; init; }

    /// <summary>How many results to skip.</summary>
    [FromQuery(Name = "offset")]
    [Description("How many results to skip.")]
    [Display(Name = "offset")]
    [Range(0, int.MaxValue)]
    [DefaultValue(0)]
    public int? Offset { get; init; }

    internal int EffectiveLimit => Limit ?? DefaultLimit;

    internal int EffectiveOffset => Offset ?? 0;
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

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

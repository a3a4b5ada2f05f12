using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>The box and the circle that a list of places is limited to.</summary>
public sealed class AreaFilter
{
    /// <summary>Half the circumference of the Earth, in metres. No point is farther from another one.</summary>
    public const double MaximumRadius = 20_040_000;

    /// <summary>A box.</summary>
    [FromQuery(Name = "bbox"), Display(Name = "bbox"), StringLength(200), Example("-6,50,2,56")]
    [Description("A box in degrees: west,south,east,north. If it crosses the antimeridian, west is greater than east.")]
    public string? Bbox { get; init; }

    /// <summary>A point.</summary>
    [FromQuery(Name = "near"), Display(Name = "near"), StringLength(100), Example("-0.1276,51.5072")]
    [Description("A point in degrees: longitude,latitude. Each result contains its distance from the point.")]
    public string? Near { get; init; }

    /// <summary>A radius.</summary>
    [FromQuery(Name = "radius"), Display(Name = "radius"), Range(0, MaximumRadius), Example("1000000")]
    [Description("The maximum geodesic distance from 'near', in metres.")]
    public double? Radius { get; init; }

    /// <summary>Adds the conditions to a query.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeatureQuery Apply(FeatureQuery query) => query.WhereBox("bbox", Bbox).WhereNear(Near, Radius);
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>The country and the divisions that a list of places is limited to.</summary>
public sealed class DivisionFilter
{
    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(Filters.MaximumListLength), Example("GB,IE")]
    [Description(Filters.CountriesDescription)]
    public string? Country { get; init; }

    /// <summary>Regions.</summary>
    [FromQuery(Name = "region"), Display(Name = "region"), StringLength(Filters.MaximumListLength), Example("GB.ENG")]
    [Description("Codes (country.admin1) or GeoNames ids of regions, comma-separated.")]
    public string? Region { get; init; }

    /// <summary>Subregions.</summary>
    [FromQuery(Name = "subregion"), Display(Name = "subregion"), StringLength(Filters.MaximumListLength)]
    [Example("GB.ENG.GLA")]
    [Description("Codes (country.admin1.admin2) or GeoNames ids of subregions, comma-separated.")]
    public string? Subregion { get; init; }

    /// <summary>Adds the conditions to a query.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    internal FeatureQuery Apply(FeatureQuery query) =>
        query.WhereCountry(Country).WhereRegion(Region).WhereSubregion(Subregion);
}

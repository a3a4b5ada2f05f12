using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Cities;

/// <summary>The conditions for a list of cities. A city has to meet all of them.</summary>
public sealed class CityFilter
{
    /// <summary>Half the circumference of the Earth, in metres. No point is farther from another one.</summary>
    public const double MaximumRadius = 20_040_000;

    private const int MaximumListLength = 2000;

    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(MaximumListLength), Example("GB,IE")]
    [Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated.")]
    public string? Country { get; init; }

    /// <summary>Regions.</summary>
    [FromQuery(Name = "region"), Display(Name = "region"), StringLength(MaximumListLength), Example("GB.ENG")]
    [Description("Codes (country.admin1) or GeoNames ids of regions, comma-separated.")]
    public string? Region { get; init; }

    /// <summary>Subregions.</summary>
    [FromQuery(Name = "subregion"), Display(Name = "subregion"), StringLength(MaximumListLength), Example("GB.ENG.GLA")]
    [Description("Codes (country.admin1.admin2) or GeoNames ids of subregions, comma-separated.")]
    public string? Subregion { get; init; }

    /// <summary>Feature codes.</summary>
    [FromQuery(Name = "featureCode"), Display(Name = "featureCode"), StringLength(MaximumListLength)]
    [Example("PPLC,PPLA")]
    [Description("GeoNames feature codes, comma-separated.")]
    public string? FeatureCode { get; init; }

    /// <summary>The minimum population.</summary>
    [FromQuery(Name = "minPopulation"), Display(Name = "minPopulation"), Range(0, long.MaxValue), Example("1000")]
    [Description("The minimum number of inhabitants.")]
    public long? MinPopulation { get; init; }

    /// <summary>The maximum population.</summary>
    [FromQuery(Name = "maxPopulation"), Display(Name = "maxPopulation"), Range(0, long.MaxValue), Example("9000000")]
    [Description("The maximum number of inhabitants.")]
    public long? MaxPopulation { get; init; }

    /// <summary>Time zones.</summary>
    [FromQuery(Name = "timezone"), Display(Name = "timezone"), StringLength(MaximumListLength)]
    [Example("Europe/London")]
    [Description("IANA time zone ids, comma-separated.")]
    public string? Timezone { get; init; }

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

    /// <summary>Makes the query for the cities.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeatureQuery ToQuery()
    {
        var query = new FeatureQuery(CityCollections.Cities)
            .WhereCountry(Country)
            .WhereRegion(Region)
            .WhereSubregion(Subregion)
            .WhereAny("featureCode", FeatureCode?.ToUpperInvariant(), "feature_code")
            .WhereAny("timezone", Timezone, "timezone")
            .WhereBox("bbox", Bbox)
            .WhereNear(Near, Radius);
        if (MinPopulation is { } least)
            query = query.Where($"city.population >= {least}");
        if (MaxPopulation is { } most)
            query = query.Where($"city.population <= {most}");
        return query;
    }
}

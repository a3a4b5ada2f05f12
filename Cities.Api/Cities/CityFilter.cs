using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Cities;

/// <summary>The conditions that only lists of cities have.</summary>
public sealed class CityFilter
{
    /// <summary>Feature codes.</summary>
    [FromQuery(Name = "featureCode"), Display(Name = "featureCode"), StringLength(Filters.MaximumListLength)]
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
    [FromQuery(Name = "timezone"), Display(Name = "timezone"), StringLength(Filters.MaximumListLength)]
    [Example("Europe/London")]
    [Description("IANA time zone ids, comma-separated.")]
    public string? Timezone { get; init; }

    /// <summary>Adds the conditions to a query for cities.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    internal FeatureQuery Apply(FeatureQuery query)
    {
        query = query
            .WhereAny("featureCode", FeatureCode?.ToUpperInvariant(), "feature_code")
            .WhereAny("timezone", Timezone, "timezone");
        if (MinPopulation is { } least)
            query = query.Where($"city.population >= {least}");
        if (MaxPopulation is { } most)
            query = query.Where($"city.population <= {most}");
        return query;
    }
}

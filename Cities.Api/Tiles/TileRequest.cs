using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Tiles;

/// <summary>Which cities tiles shall hold, and in which languages.</summary>
public sealed class TileRequest
{
    private const string LanguageTags = "[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*";

    /// <summary>Languages.</summary>
    [FromQuery(Name = "lang"), Display(Name = "lang"), StringLength(100), Example("fr")]
    [RegularExpression(LanguageTags, ErrorMessage = "The field lang is not a list of language tags.")]
    [Description("Languages of names, comma-separated and in the order of preference; otherwise places' own names.")]
    public string? Lang { get; init; }

    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(2000), Example("GB,IE")]
    [Description("ISO 3166-1 alpha-2 codes or GeoNames ids of countries, comma-separated.")]
    public string? Country { get; init; }

    /// <summary>The least population.</summary>
    [FromQuery(Name = "minPopulation"), Display(Name = "minPopulation"), Range(0, long.MaxValue), Example("1000")]
    [Description("The least number of inhabitants.")]
    public long? MinPopulation { get; init; }

    /// <summary>The greatest population.</summary>
    [FromQuery(Name = "maxPopulation"), Display(Name = "maxPopulation"), Range(0, long.MaxValue), Example("9000000")]
    [Description("The greatest number of inhabitants.")]
    public long? MaxPopulation { get; init; }

    /// <summary>The cities as a query.</summary>
    internal FeatureQuery ToQuery() =>
        new CityFilter { Country = Country, MinPopulation = MinPopulation, MaxPopulation = MaxPopulation }.ToQuery();

    /// <summary>The request as a query string, with its question mark; empty where nothing is asked for.</summary>
    internal string ToQueryString()
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[]
        {
            ("lang", Lang),
            ("country", Country),
            ("minPopulation", MinPopulation?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("maxPopulation", MaxPopulation?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        })
        {
            if (value is not null)
                query.Add(name, value);
        }

        return query.ToString();
    }
}

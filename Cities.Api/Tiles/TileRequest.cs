using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Extensions;

namespace Cities.Api.Tiles;

/// <summary>The requested cities of a tile, and the languages of their names.</summary>
public sealed class TileRequest
{
    private const string LanguageTags = "[A-Za-z0-9-]+(,[A-Za-z0-9-]+)*";

    /// <summary>Languages.</summary>
    [FromQuery(Name = "lang"), Display(Name = "lang"), StringLength(100), Example("fr")]
    [RegularExpression(LanguageTags, ErrorMessage = "The field lang is not a list of language tags.")]
    [Description(
        "Languages of names, comma-separated, in the order of preference. Without it, names are the places' own "
        + "names.")]
    public string? Lang { get; init; }

    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(Filters.MaximumListLength), Example("GB,IE")]
    [Description(Filters.CountriesDescription)]
    public string? Country { get; init; }

    /// <summary>The minimum population.</summary>
    [FromQuery(Name = "minPopulation"), Display(Name = "minPopulation"), Range(0, long.MaxValue), Example("1000")]
    [Description("The minimum number of inhabitants.")]
    public long? MinPopulation { get; init; }

    /// <summary>The maximum population.</summary>
    [FromQuery(Name = "maxPopulation"), Display(Name = "maxPopulation"), Range(0, long.MaxValue), Example("9000000")]
    [Description("The maximum number of inhabitants.")]
    public long? MaxPopulation { get; init; }

    /// <summary>Makes the query for the cities.</summary>
    internal FeatureQuery ToQuery() =>
        new CityFilter { MinPopulation = MinPopulation, MaxPopulation = MaxPopulation }
            .Apply(new FeatureQuery(CityCollections.Cities).WhereCountry(Country));

    /// <summary>Makes the query string of the request, with its question mark; empty without parameters.</summary>
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

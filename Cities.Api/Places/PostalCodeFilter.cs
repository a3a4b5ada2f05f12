using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Places;

/// <summary>
/// The conditions of lists of postal codes. Codes are compared without case, spaces and hyphens, names of places
/// without case and accents.
/// </summary>
public sealed class PostalCodeFilter
{
    /// <summary>The end of a value that stands for all texts that begin with the value.</summary>
    private const char Wildcard = '*';

    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(Filters.MaximumListLength), Example("GB")]
    [Description(Filters.CountriesDescription)]
    public string? Country { get; init; }

    /// <summary>Postal codes.</summary>
    [FromQuery(Name = "code"), Display(Name = "code"), StringLength(Filters.MaximumListLength), Example("WC1E")]
    [Description(
        "Postal codes, or beginnings of postal codes with '*' behind them, comma-separated. Case, spaces and hyphens "
        + "are ignored. If a country has only the first part of a code, such as K1A of K1A 0B1, this part matches.")]
    public string? Code { get; init; }

    /// <summary>The name of a place.</summary>
    [FromQuery(Name = "place"), Display(Name = "place"), StringLength(200), Example("Bloomsbury")]
    [Description("The name of the place, or its beginning with '*' behind it. Case and accents are ignored.")]
    public string? Place { get; init; }

    /// <summary>A point.</summary>
    [FromQuery(Name = "near"), Display(Name = "near"), StringLength(100), Example("-0.1276,51.5072")]
    [Description("A point in degrees: longitude,latitude. Each result contains its distance from the point.")]
    public string? Near { get; init; }

    /// <summary>A radius.</summary>
    [FromQuery(Name = "radius"), Display(Name = "radius"), Range(0, AreaFilter.MaximumRadius), Example("2000")]
    [Description("The maximum geodesic distance from 'near', in metres.")]
    public double? Radius { get; init; }

    /// <summary>Adds the conditions to a query.</summary>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeatureQuery Apply(FeatureQuery query)
    {
        query = query.WhereCountry(Country).WhereNear(Near, Radius);
        if (Code is not null)
            query = query.Where($"({SqlText.Join(" OR ", Parameters.List("code", Code).Select(CodeCondition))})");
        if (Place is not null)
            query = query.Where(PlaceCondition(Place.Trim()));
        return query;
    }

    private static SqlText CodeCondition(string code)
    {
        if (BeginningOf("code", code) is { } beginning)
            return SearchText.BeginsWith($"postal_code_key(postal_code.code)", $"postal_code_key({beginning})");

        return $"postal_code.id = ANY (ARRAY({IdsOf($"postal_code_key({code})")}))";
    }

    /// <summary>
    /// Makes a query for the ids of the postal codes with a key. GeoNames has only the first parts of some countries'
    /// codes, such as those of Canada and the Netherlands: then it finds the first part.
    /// </summary>
    /// <param name="key">The SQL for the key, a <c>postal_code_key</c>.</param>
    internal static SqlText IdsOf(SqlText key) =>
        // The format of the country's codes says where the first part of the code ends. A format of letters alone, as
        // that of Ireland, allows digits too.
        $"""
        SELECT whole.id FROM postal_codes whole WHERE postal_code_key(whole.code) COLLATE "C" = {key}
        UNION ALL
        SELECT part.id
        FROM countries country
        CROSS JOIN regexp_split_to_table(country.postal_code_format, '[|]') form
        JOIN postal_codes part ON part.country_id = country.id
          AND postal_code_key(part.code) COLLATE "C" = left({key}, length(substring(form FROM '^[#@]+')))
        WHERE form ~ '^[#@]+[ -][#@ -]+$'
          AND translate(form, ' -', '') = CASE WHEN form ~ '#'
            THEN regexp_replace(regexp_replace({key}, '[0-9]', '#', 'g'), '[A-Z]', '@', 'g')
            ELSE regexp_replace({key}, '[0-9A-Z]', '@', 'g') END
          AND NOT EXISTS (
            SELECT FROM postal_codes whole
            WHERE whole.country_id = country.id AND postal_code_key(whole.code) COLLATE "C" = {key})
        """;

    private static SqlText PlaceCondition(string place)
    {
        SqlText name = $"search_text(postal_code.place_name)";
        return BeginningOf("place", place) is { } beginning
            ? SearchText.BeginsWith(name, $"search_text({beginning})")
            : $"""{name} COLLATE "C" = search_text({place})""";
    }

    /// <summary>Reads the beginning of a text, or null if the value stands for itself.</summary>
    private static string? BeginningOf(string parameter, string value)
    {
        var end = value.IndexOf(Wildcard, StringComparison.Ordinal);
        if (end < 0)
            return null;
        if (end < value.Length - 1)
            throw new ParameterException(parameter, $"'{value}' has '{Wildcard}' before its end.");
        return value.Any(char.IsLetterOrDigit)
            ? value[..end]
            : throw new ParameterException(parameter, $"'{value}' has no letter or digit before '{Wildcard}'.");
    }
}

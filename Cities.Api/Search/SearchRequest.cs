using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Search;

/// <summary>What to search for.</summary>
public sealed class SearchRequest
{
    private const int MaximumLength = 100;

    /// <summary>A text.</summary>
    [FromQuery(Name = "q"), Display(Name = "q"), StringLength(MaximumLength, MinimumLength = 1)]
    [Example("paris, texas")]
    [Description(
        "The text to search for: a name, with or without the names or codes of its region and country, a postal code, "
        + "or latitude and longitude in degrees ('51.5, -0.12').")]
    public string? Q { get; init; }

    /// <summary>The name of a city or district.</summary>
    [FromQuery(Name = "city"), Display(Name = "city"), StringLength(MaximumLength, MinimumLength = 1), Example("Paris")]
    [Description("The name of the place. Use it with 'region' and 'country' instead of 'q'.")]
    public string? City { get; init; }

    /// <summary>A postal code.</summary>
    [FromQuery(Name = "postalCode"), Display(Name = "postalCode"), StringLength(20, MinimumLength = 1)]
    [Example("75460")]
    [Description("The postal code. Use it with 'city' and 'country' instead of 'q'.")]
    public string? PostalCode { get; init; }

    /// <summary>Regions or subregions.</summary>
    [FromQuery(Name = "region"), Display(Name = "region"), StringLength(Filters.MaximumListLength), Example("Texas")]
    [Description(
        "Only places in these regions or subregions: names in any language, codes ('US.TX' or 'TX') or GeoNames ids, "
        + "comma-separated.")]
    public string? Region { get; init; }

    /// <summary>Countries.</summary>
    [FromQuery(Name = "country"), Display(Name = "country"), StringLength(Filters.MaximumListLength), Example("US")]
    [Description(
        "Only places in these countries: ISO 3166-1 codes, names in any language or GeoNames ids, comma-separated.")]
    public string? Country { get; init; }

    /// <summary>Types of results.</summary>
    [FromQuery(Name = "type"), Display(Name = "type"), StringLength(MaximumLength), Example("city,district")]
    [Description(
        "The types of results, comma-separated: city, district, region, subregion, country, postalCode. Without it, "
        + "all.")]
    public string? Type { get; init; }

    /// <summary>A box.</summary>
    [FromQuery(Name = "bbox"), Display(Name = "bbox"), StringLength(200), Example("-106.6,25.8,-93.5,36.5")]
    [Description("Only places in this box: west,south,east,north in degrees.")]
    public string? Bbox { get; init; }

    /// <summary>A population.</summary>
    [FromQuery(Name = "minPopulation"), Display(Name = "minPopulation"), Range(0, long.MaxValue), Example("1000")]
    [Description("Only places with at least so many inhabitants.")]
    public long? MinPopulation { get; init; }

    /// <summary>A point.</summary>
    [FromQuery(Name = "near"), Display(Name = "near"), StringLength(100), Example("-0.1276,51.5072")]
    [Description("A point in degrees: longitude,latitude. Places near it rank higher.")]
    public string? Near { get; init; }

    /// <summary>The weight of <see cref="Near"/>.</summary>
    [FromQuery(Name = "nearWeight"), Display(Name = "nearWeight"), Range(0, 10), DefaultValue(1.0)]
    [Description(
        "How much higher places at 'near' rank: this number is added to the score beside the point, half of it at "
        + "50 km, a tenth at 450 km.")]
    public double? NearWeight { get; init; }

    /// <summary>Makes the query.</summary>
    /// <param name="candidates">The number of places to consider of each kind of match.</param>
    /// <exception cref="ParameterException">A parameter is invalid, or contradicts another.</exception>
    internal FeatureQuery ToQuery(int candidates)
    {
        var text = Text();
        var types = RequestedTypes();
        var query = new FeatureQuery(SearchResults.Collection).WhereBox("bbox", Bbox);
        if (NearWeight is not null && Near is null)
            throw new ParameterException("nearWeight", "The parameter nearWeight requires the parameter near.");
        if (MinPopulation is { } population)
            query = query.Where($"place.population >= {population}");
        SqlText? area = null;
        if (Country is not null)
        {
            area = AreaNames.Countries(Parameters.List("country", Country));
            query = query.Where($"place.country_id = ANY ({area})");
        }

        if (Region is not null)
        {
            area = AreaNames.Divisions(Parameters.List("region", Region));
            query = query.Where($"(place.region_id = ANY ({area}) OR place.subregion_id = ANY ({area}))");
        }

        if (Q is not null && Coordinates.Parse(Q) is var (longitude, latitude))
            return PlaceSearch.FindAt(query, longitude, latitude, types);
        query = query.WhereNear(Near, radius: null);
        // A place within many near candidates can be small.
        return PlaceSearch.Find(
            query, text, types, NearWeight ?? 1, Near is null ? candidates : candidates * 5, Samples(query, area));
    }

    /// <summary>The cities to search for short texts because the client names an area that they are in.</summary>
    private IEnumerable<SqlText> Samples(FeatureQuery query, SqlText? area)
    {
        if (query.Point is { } point)
            yield return PlaceSearch.Nearest(point);
        if (Bbox is not null)
            yield return PlaceSearch.Nearest(Filters.Centre(Parameters.Box("bbox", Bbox)));
        if (area is not null)
            yield return PlaceSearch.Within(area);
    }

    private string Text()
    {
        if (Q is not null)
        {
            return City is null && PostalCode is null
                ? Q
                : throw new ParameterException("q", "The parameter q cannot be combined with city or postalCode.");
        }

        return City is null && PostalCode is null
            ? throw new ParameterException("q", "The request needs one of the parameters q, city and postalCode.")
            : $"{PostalCode} {City}";
    }

    private IReadOnlyList<string> RequestedTypes()
    {
        if (Type is null)
            return SearchResults.Types;
        return
        [
            .. Parameters.List("type", Type)
                .Select(type => SearchResults.Types.FirstOrDefault(
                        known => known.Equals(type, StringComparison.OrdinalIgnoreCase))
                    ?? throw new ParameterException(
                        "type", $"'{type}' is not a type; the types are {string.Join(", ", SearchResults.Types)}."))
                .Distinct(),
        ];
    }
}

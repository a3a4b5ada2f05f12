using System.Globalization;

namespace Cities.Api.Features;

/// <summary>Conditions that several lists have.</summary>
internal static class Filters
{
    private const string CountryOfCode = "SELECT id FROM countries WHERE code = {0}";

    private const string RegionOfCode =
        """
        SELECT chosen.id FROM regions chosen JOIN countries ON countries.id = chosen.country_id
        WHERE countries.code = split_part({0}, '.', 1) AND chosen.code = split_part({0}, '.', 2)
        """;

    /// <summary>Features of countries, by ISO 3166-1 alpha-2 codes or GeoNames ids.</summary>
    public static void WhereCountry(this FeatureQuery query, string? countries)
    {
        if (countries is not null)
            query.Where(query.CountryCondition(countries));
    }

    /// <summary>Features of one country, which has to be there.</summary>
    public static void WhereExistingCountry(this FeatureQuery query, string country)
    {
        query.WhereCountry(country);
        query.Requires($"SELECT FROM countries WHERE id = {query.DivisionIds("country", country, CountryOfCode)[0]}");
    }

    /// <summary>The condition for a feature of countries.</summary>
    public static string CountryCondition(this FeatureQuery query, string countries) =>
        query.DivisionCondition("country", countries, "country_id", CountryOfCode);

    /// <summary>Features of regions, by codes (<c>GB.ENG</c>) or GeoNames ids.</summary>
    public static void WhereRegion(this FeatureQuery query, string? regions) =>
        query.WhereDivision("region", regions, "region_id", RegionOfCode);

    /// <summary>Features of one region, which has to be there.</summary>
    public static void WhereExistingRegion(this FeatureQuery query, string region)
    {
        query.WhereRegion(region);
        query.Requires($"SELECT FROM regions WHERE id = {query.DivisionIds("region", region, RegionOfCode)[0]}");
    }

    /// <summary>Features of subregions, by codes (<c>GB.ENG.GLA</c>) or GeoNames ids.</summary>
    public static void WhereSubregion(this FeatureQuery query, string? subregions) =>
        query.WhereDivision(
            "subregion",
            subregions,
            "subregion_id",
            """
            SELECT chosen.id FROM subregions chosen JOIN regions ON regions.id = chosen.region_id JOIN countries ON countries.id = chosen.country_id
            WHERE countries.code = split_part({0}, '.', 1) AND regions.code = split_part({0}, '.', 2)
              AND chosen.code = regexp_replace({0}, '^[^.]*[.][^.]*[.]', '')
            """);

    /// <summary>Features whose value is one of a list.</summary>
    public static void WhereAny(this FeatureQuery query, string name, string? values, string column)
    {
        if (values is not null)
            query.Where($"{query.Collection.Alias}.{column} = ANY ({query.Parameter(Parameters.List(name, values))})");
    }

    /// <summary>Features in a box.</summary>
    public static void WhereBox(this FeatureQuery query, string name, string? box)
    {
        if (box is null)
            return;
        var (west, south, east, north) = Parameters.Box(name, box);
        // Two boxes where it crosses the antimeridian.
        query.Where(west <= east
            ? Intersects(west, east)
            : $"({Intersects(west, 180)} OR {Intersects(-180, east)})");

        string Intersects(double from, double to)
        {
            var (left, lower, right, upper) = (query.Parameter(from), query.Parameter(south), query.Parameter(to), query.Parameter(north));
            // A box without an area is no polygon, on whose edge anything could be.
            var box = (from == to, south == north) switch
            {
                (false, false) => $"ST_MakeEnvelope({left}, {lower}, {right}, {upper}, 4326)",
                (true, true) => $"ST_SetSRID(ST_MakePoint({left}, {lower}), 4326)",
                _ => $"ST_SetSRID(ST_MakeLine(ST_MakePoint({left}, {lower}), ST_MakePoint({right}, {upper})), 4326)",
            };
            return $"ST_Intersects({query.Collection.Location}, {box})";
        }
    }

    /// <summary>Features near a point, with their distance.</summary>
    /// <param name="query">The query.</param>
    /// <param name="near">Longitude and latitude, or null.</param>
    /// <param name="radius">Metres, or null for any distance.</param>
    public static void WhereNear(this FeatureQuery query, string? near, double? radius)
    {
        if (near is null && radius is not null)
            throw new Errors.ParameterException("radius", "A radius needs the parameter near.");
        if (near is null)
            return;
        var (longitude, latitude) = Parameters.Point("near", near);
        query.Near(longitude, latitude);
        if (radius is { } metres)
            query.Within(metres);
    }

    /// <summary>
    /// One code or id is an equality, which an index answers in the order of ids; several are a list.
    /// </summary>
    private static string DivisionCondition(this FeatureQuery query, string name, string values, string column, string idOfCode)
    {
        var ids = query.DivisionIds(name, values, idOfCode);
        return ids.Count == 1
            ? $"{query.Collection.Alias}.{column} = {ids[0]}"
            : $"{query.Collection.Alias}.{column} = ANY (ARRAY[{string.Join(", ", ids)}])";
    }

    /// <summary>SQL for the ids of some codes and ids.</summary>
    private static List<string> DivisionIds(this FeatureQuery query, string name, string values, string idOfCode) =>
        [.. Parameters.List(name, values).Select(value =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? query.Parameter(id)
                : $"({string.Format(CultureInfo.InvariantCulture, idOfCode, query.Parameter(value.ToUpperInvariant()))})")];

    private static void WhereDivision(this FeatureQuery query, string name, string? values, string column, string idOfCode)
    {
        if (values is not null)
            query.Where(query.DivisionCondition(name, values, column, idOfCode));
    }
}

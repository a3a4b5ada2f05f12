using NetTopologySuite.Geometries;

namespace Cities.Api.Collections;

/// <summary>Conditions that more than one list has. A null value adds no condition.</summary>
internal static class Filters
{
    /// <summary>The maximum length of a parameter with a list.</summary>
    public const int MaximumListLength = 2000;

    /// <summary>The number of positions up to which PostGIS compares features with all of a polygon.</summary>
    private const int PartSize = 64;

    /// <summary>The description of a parameter with countries.</summary>
    public const string CountriesDescription =
        "ISO 3166-1 alpha-2 or alpha-3 codes or GeoNames ids of countries, comma-separated.";

    /// <summary>
    /// The area of a box, in square degrees, from which on the statement contains its coordinates. Otherwise the plan
    /// would be one for all boxes, which expects few features and reads all of them for a page.
    /// </summary>
    private const double LargeBox = 25;

    /// <summary>Selects features by countries.</summary>
    /// <param name="query">The query.</param>
    /// <param name="countries">ISO 3166-1 alpha-2 or alpha-3 codes or GeoNames ids, comma-separated.</param>
    public static FeatureQuery WhereCountry(this FeatureQuery query, string? countries) =>
        query.WhereOwner("country_id", "country", countries, IdOfCountry);

    /// <summary>Selects features of one country. Without such a country the answer is 404.</summary>
    public static FeatureQuery WhereExistingCountry(this FeatureQuery query, string country) =>
        query.WhereCountry(country).Requires($"SELECT FROM countries WHERE id = {CountryId(country)}");

    /// <summary>Makes the condition that a feature is in one of the countries.</summary>
    public static SqlText CountryCondition(Collection collection, string countries)
    {
        var ids = Ids("country", countries, IdOfCountry);
        return $"{collection.Column("country_id")} = ANY (ARRAY[{SqlText.Join(", ", ids)}])";
    }

    /// <summary>Selects features by regions.</summary>
    /// <param name="query">The query.</param>
    /// <param name="regions">Codes (<c>GB.ENG</c>) or GeoNames ids, comma-separated.</param>
    public static FeatureQuery WhereRegion(this FeatureQuery query, string? regions) =>
        query.WhereOwner("region_id", "region", regions, IdOfRegion);

    /// <summary>Selects features of one region. Without such a region the answer is 404.</summary>
    public static FeatureQuery WhereExistingRegion(this FeatureQuery query, string region) =>
        query.WhereRegion(region).Requires($"SELECT FROM regions WHERE id = {RegionId(region)}");

    /// <summary>Selects features by subregions.</summary>
    /// <param name="query">The query.</param>
    /// <param name="subregions">Codes (<c>GB.ENG.GLA</c>) or GeoNames ids, comma-separated.</param>
    public static FeatureQuery WhereSubregion(this FeatureQuery query, string? subregions) =>
        query.WhereOwner("subregion_id", "subregion", subregions, IdOfSubregion);

    /// <summary>Selects features by cities.</summary>
    /// <param name="query">The query.</param>
    /// <param name="cities">GeoNames ids, comma-separated.</param>
    public static FeatureQuery WhereCity(this FeatureQuery query, string? cities) =>
        query.WhereOwner("city_id", "city", cities, idOfCode: null);

    /// <summary>Makes SQL for the id of a continent, or for NULL.</summary>
    /// <param name="continent">GeoNames' code or GeoNames id.</param>
    public static SqlText ContinentId(string continent) => Id(continent, IdOfContinent);

    /// <summary>Makes SQL for the id of a country, or for NULL.</summary>
    /// <param name="country">ISO 3166-1 alpha-2 or alpha-3 code, or GeoNames id.</param>
    public static SqlText CountryId(string country) => Id(country, IdOfCountry);

    /// <summary>Makes SQL for the id of a region, or for NULL.</summary>
    /// <param name="region">Code (<c>GB.ENG</c>) or GeoNames id.</param>
    public static SqlText RegionId(string region) => Id(region, IdOfRegion);

    /// <summary>Makes SQL for the id of a subregion, or for NULL.</summary>
    /// <param name="subregion">Code (<c>GB.ENG.GLA</c>) or GeoNames id.</param>
    public static SqlText SubregionId(string subregion) => Id(subregion, IdOfSubregion);

    /// <summary>Selects features whose column has one of the values.</summary>
    /// <param name="query">The query.</param>
    /// <param name="name">The name of the parameter, for errors.</param>
    /// <param name="values">The values, comma-separated.</param>
    /// <param name="column">The column, a constant.</param>
    public static FeatureQuery WhereAny(this FeatureQuery query, string name, string? values, string column) =>
        values is null
            ? query
            : query.Where($"{query.Collection.Column(column)} = ANY ({Parameters.List(name, values)})");

    /// <summary>Selects features in a box.</summary>
    public static FeatureQuery WhereBox(this FeatureQuery query, string name, string? box)
    {
        return box is null ? query : query.Where(BoxCondition(query.Collection, Parameters.Box(name, box)));
    }

    /// <summary>Makes the condition that a feature is in a box. West, south, east and north are degrees.</summary>
    public static SqlText BoxCondition(
        Collection collection, (double West, double South, double East, double North) box)
    {
        var (west, south, east, north) = box;
        var isLarge = (north - south) * (west <= east ? east - west : 360 + east - west) > LargeBox;
        // A box that crosses the antimeridian is two boxes.
        return west <= east
            ? Intersects(west, east)
            : $"({Intersects(west, 180)} OR {Intersects(-180, east)})";

        SqlText Intersects(double left, double right)
        {
            // A polygon without an area has no interior, so a box without a width or a height is a point or a line.
            SqlText envelope = (left == right, south == north) switch
            {
                (false, false) =>
                    $"ST_MakeEnvelope({Value(left)}, {Value(south)}, {Value(right)}, {Value(north)}, 4326)",
                (true, true) => $"ST_SetSRID(ST_MakePoint({left}, {south}), 4326)",
                _ => (SqlText)$"""
                    ST_SetSRID(ST_MakeLine(ST_MakePoint({left}, {south}), ST_MakePoint({right}, {north})), 4326)
                    """,
            };
            return $"ST_Intersects({collection.Location}, {envelope})";
        }

        SqlText Value(double degrees) => isLarge
            ? SqlText.Constant(degrees.ToString("R", CultureInfo.InvariantCulture))
            : $"{degrees}";
    }

    /// <summary>Makes the condition that a feature is in a geometry or on its edge.</summary>
    /// <param name="collection">The collection of the features.</param>
    /// <param name="geometry">The geometry, in EPSG:4326.</param>
    public static SqlText Intersects(Collection collection, Geometry geometry)
    {
        if (geometry is not IPolygonal || geometry.NumPoints <= PartSize)
            return $"ST_Intersects({collection.Location}, {geometry})";
        var id = collection.Column("id");
        // PostGIS would compare each feature with all edges at its latitude. The index finds the features of a part.
        return
            $"""
            {id} IN (
              WITH part AS MATERIALIZED (SELECT ST_Subdivide({geometry}, {PartSize}) AS area)
              SELECT {id} FROM part CROSS JOIN {collection.Table} WHERE ST_Intersects({collection.Location}, part.area))
            """;
    }

    /// <summary>Makes the point in the middle of a box, as a geography.</summary>
    public static SqlText Centre((double West, double South, double East, double North) box)
    {
        var (west, south, east, north) = box;
        // A longitude beyond 180 degrees wraps around the Earth.
        var longitude = (west + (west <= east ? east : east + 360)) / 2;
        return $"(SELECT ST_SetSRID(ST_MakePoint({longitude}, {(south + north) / 2}), 4326)::geography)";
    }

    /// <summary>Measures the distance from a point, and selects features within a radius.</summary>
    /// <param name="query">The query.</param>
    /// <param name="near">Longitude and latitude in degrees, or null.</param>
    /// <param name="radius">Metres, or null for any distance.</param>
    public static FeatureQuery WhereNear(this FeatureQuery query, string? near, double? radius)
    {
        if (near is null)
        {
            return radius is null
                ? query
                : throw new ParameterException("radius", "The parameter radius requires the parameter near.");
        }

        var (longitude, latitude) = Parameters.Point("near", near);
        query = query.Near(longitude, latitude);
        return radius is { } metres ? query.Within(metres) : query;
    }

    private static FeatureQuery WhereOwner(
        this FeatureQuery query, string column, string name, string? values, Func<SqlText, SqlText>? idOfCode) =>
        values is null ? query : query.WhereOwner(query.Collection.Column(column), Ids(name, values, idOfCode));

    /// <summary>SQL for the ids of places that are named by ids or, if they have codes, by codes.</summary>
    private static List<SqlText> Ids(string name, string values, Func<SqlText, SqlText>? idOfCode) =>
        [.. Parameters.List(name, values).Select(value => Id(
            value, idOfCode ?? (_ => throw new ParameterException(name, $"'{value}' is not a GeoNames id."))))];

    private static SqlText Id(string codeOrId, Func<SqlText, SqlText> idOfCode) =>
        int.TryParse(codeOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? $"{id}"
            : idOfCode($"{codeOrId.ToUpperInvariant()}");

    private static SqlText IdOfContinent(SqlText code) => $"(SELECT id FROM continents WHERE code = {code})";

    private static SqlText IdOfCountry(SqlText code) =>
        $"(SELECT id FROM countries WHERE {code} IN (code, code3))";

    private static SqlText IdOfRegion(SqlText code) =>
        $"""
        (SELECT chosen.id FROM regions chosen JOIN countries ON countries.id = chosen.country_id
         WHERE split_part({code}, '.', 1) IN (countries.code, countries.code3)
           AND chosen.code = split_part({code}, '.', 2))
        """;

    private static SqlText IdOfSubregion(SqlText code) =>
        $"""
        (SELECT chosen.id FROM subregions chosen JOIN regions ON regions.id = chosen.region_id
           JOIN countries ON countries.id = chosen.country_id
         WHERE split_part({code}, '.', 1) IN (countries.code, countries.code3)
           AND regions.code = split_part({code}, '.', 2)
           AND chosen.code = regexp_replace({code}, '^[^.]*[.][^.]*[.]', ''))
        """;
}

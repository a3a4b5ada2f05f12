using System.Text.Json.Nodes;

namespace Cities.Api.Collections;

/// <summary>Fields and joins that more than one collection of places has.</summary>
internal static class PlaceFields
{
    /// <summary>The English name of the country of a place.</summary>
    public static readonly Field Country =
        new("country", "country.name", FieldType.Text, "English name of the country.", "United Kingdom");

    /// <summary>The code of the country of a place.</summary>
    public static readonly Field CountryCode =
        new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country.", "GB");

    /// <summary>The name of the region of a place.</summary>
    public static readonly Field Region =
        new("region", "region.name", FieldType.Text, "Name of the first-order administrative division.", "England");

    /// <summary>The code of the region of a place.</summary>
    public static readonly Field RegionCode =
        new("regionCode", "region.code", FieldType.Text, "GeoNames' admin1 code.", "ENG");

    /// <summary>The name of the subregion of a place.</summary>
    public static readonly Field Subregion = new(
        "subregion",
        "subregion.name",
        FieldType.Text,
        "Name of the second-order administrative division.",
        "Greater London");

    /// <summary>The code of the subregion of a place.</summary>
    public static readonly Field SubregionCode =
        new("subregionCode", "subregion.code", FieldType.Text, "GeoNames' admin2 code.", "GLA");

    /// <summary>Makes the joins of <see cref="Country"/>.</summary>
    /// <param name="alias">The alias of the table of the places, a constant.</param>
    public static SqlText JoinCountry(string alias) =>
        $"LEFT JOIN countries country ON country.id = {SqlText.Constant(alias)}.country_id";

    /// <summary>Makes the joins of <see cref="Region"/> and <see cref="Country"/>.</summary>
    /// <inheritdoc cref="JoinCountry"/>
    public static SqlText JoinRegion(string alias) =>
        $"LEFT JOIN regions region ON region.id = {SqlText.Constant(alias)}.region_id {JoinCountry(alias)}";

    /// <summary>Makes the joins of <see cref="Subregion"/>, <see cref="Region"/> and <see cref="Country"/>.</summary>
    /// <inheritdoc cref="JoinCountry"/>
    public static SqlText JoinSubregion(string alias) =>
        $"LEFT JOIN subregions subregion ON subregion.id = {SqlText.Constant(alias)}.subregion_id {JoinRegion(alias)}";

    /// <summary>The bounding box of a country, region or subregion.</summary>
    /// <remarks>RFC 7946, section 5, defines the order of the bounds.</remarks>
    public static Field BoundingBox(JsonArray? example) => new(
        "bbox",
        "CASE WHEN box.geoname_id IS NOT NULL THEN ARRAY[box.west, box.south, box.east, box.north] END",
        FieldType.Box,
        "Bounding box of the cities of a country, region or subregion: west, south, east, north in degrees. West is "
        + "greater than east if the box crosses the antimeridian.",
        example);

    /// <summary>Makes the join of <see cref="BoundingBox"/>.</summary>
    /// <param name="alias">The alias of the table of the places, a constant.</param>
    public static SqlText JoinBoundingBox(string alias) =>
        $"LEFT JOIN bounding_boxes box ON box.geoname_id = {SqlText.Constant(alias)}.id";

    /// <summary>Makes the field of the GeoNames id.</summary>
    /// <param name="alias">The alias of the table of the places, a constant.</param>
    /// <param name="example">An example.</param>
    public static Field Id(string alias, int example) =>
        new("id", $"{alias}.id", FieldType.Integer, "GeoNames id.", example);

    /// <summary>Makes the field of the name.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field Name(string alias, string example) =>
        new("name", $"{alias}.name", FieldType.Text, "Name, in the requested language if GeoNames has one.", example)
        {
            IsTranslated = true,
        };

    /// <summary>Makes the field of the name in ASCII.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field AsciiName(string alias, string example) =>
        new("asciiName", $"{alias}.ascii_name", FieldType.Text, "The name in ASCII.", example);

    /// <summary>Makes the field of the slug.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field Slug(string alias, string example) => new(
        "slug",
        $"{alias}.slug",
        FieldType.Text,
        "The ASCII name in lower-case letters, digits and hyphens, followed by the id. It is unique.",
        example);

    /// <summary>Makes the field of the location.</summary>
    /// <param name="alias">The alias of the table of the places, a constant.</param>
    /// <param name="longitude">The longitude of an example, in degrees.</param>
    /// <param name="latitude">The latitude of an example, in degrees.</param>
    public static Field Location(string alias, double longitude, double latitude) => new(
        "location",
        $"{alias}.location",
        FieldType.Point,
        "Position in EPSG:4326, in degrees.",
        new JsonArray(longitude, latitude));

    /// <summary>Makes the field of the population.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field Population(string alias, long example) => new(
        "population",
        $"{alias}.population",
        FieldType.Integer,
        "Number of inhabitants; 0 if it is not known.",
        example);

    /// <summary>Makes the field of the elevation.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field Elevation(string alias, int example) =>
        new("elevation", $"{alias}.elevation", FieldType.Integer, "Metres above sea level.", example);

    /// <summary>Makes the field of the time zone.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field Timezone(string alias, string example) =>
        new("timezone", $"{alias}.timezone", FieldType.Text, "IANA time zone id.", example);

    /// <summary>Makes the field of the day of the last change.</summary>
    /// <inheritdoc cref="Id"/>
    public static Field ModifiedOn(string alias, string example) =>
        new("modifiedOn", $"{alias}.modified_on", FieldType.Date, "The day of GeoNames' last change.", example);

    /// <summary>Makes fields that are only in answers to requests that name them.</summary>
    public static IEnumerable<Field> Optional(params IEnumerable<Field> fields) =>
        fields.Select(field => field with { IsDefault = false });
}

using Cities.Data.Entities;

namespace Cities.Api.Features;

/// <summary>The collections.</summary>
internal static class Collections
{
    private static readonly Field Distance = new(
        "distance", "", FieldType.Number, "Geodesic distance in metres from the point that was asked for.");

    private static readonly string OriginOfCity = FormattableString.Invariant(
        $"""
        CASE
          WHEN city.id >= {CityCorrection.FirstLocalId} THEN 'local'
          WHEN EXISTS (SELECT FROM administration.city_corrections correction WHERE correction.city_id = city.id) THEN 'corrected'
          ELSE 'geonames'
        END
        """);

    private static readonly string OriginOfName = FormattableString.Invariant(
        $"CASE WHEN name.id >= {CityCorrection.FirstLocalId} THEN 'local' ELSE 'geonames' END");

    public static Collection Cities { get; } = new()
    {
        Name = "cities",
        Title = "Cities",
        Description = "Populated places (GeoNames feature class P, without sections of populated places).",
        Alias = "city",
        Table = "cities city",
        Joins =
            """
            LEFT JOIN regions region ON region.id = city.region_id
            LEFT JOIN subregions subregion ON subregion.id = city.subregion_id
            LEFT JOIN countries country ON country.id = city.country_id
            """,
        Fields =
        [
            new("id", "city.id", FieldType.Integer, "GeoNames id."),
            new("name", "city.name", FieldType.Text, "Name, in the language asked for where GeoNames has one."),
            new("region", "region.name", FieldType.Text, "Name of the first-order administrative division."),
            new("location", "city.location", FieldType.Point, "Where it is: EPSG:4326, degrees."),
            .. Optional(
                new("asciiName", "city.ascii_name", FieldType.Text, "The name in ASCII."),
                new("slug", "city.slug", FieldType.Text, "The ASCII name in lower-case letters, digits and hyphens."),
                new("featureCode", "city.feature_code", FieldType.Text, "GeoNames feature code, such as PPLC."),
                new("country", "country.name", FieldType.Text, "English name of the country."),
                new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country."),
                new("regionCode", "region.code", FieldType.Text, "GeoNames' admin1 code."),
                new("subregion", "subregion.name", FieldType.Text, "Name of the second-order administrative division."),
                new("subregionCode", "subregion.code", FieldType.Text, "GeoNames' admin2 code."),
                new("population", "city.population", FieldType.Integer, "Number of inhabitants; 0 where it is not known."),
                new("elevation", "city.elevation", FieldType.Integer, "Metres above sea level."),
                new("timezone", "city.timezone", FieldType.Text, "IANA time zone id."),
                new("modifiedOn", "city.modified_on", FieldType.Date, "The day GeoNames last changed it."),
                new(
                    "origin",
                    OriginOfCity,
                    FieldType.Text,
                    "Where it comes from: geonames; corrected, where an editor has corrected what GeoNames says; or local, where an editor has added it.")),
            Distance,
        ],
        Orders = new Dictionary<string, string>
        {
            ["name"] = "city.search_text COLLATE \"C\"",
            ["population"] = "city.population",
        },
    };

    public static Collection PostalCodes { get; } = new()
    {
        Name = "postal-codes",
        Title = "Postal codes",
        Description = "Postal codes and the places that use them.",
        Alias = "postal_code",
        Table = "postal_codes postal_code",
        Joins =
            """
            LEFT JOIN countries country ON country.id = postal_code.country_id
            """,
        Fields =
        [
            new("id", "postal_code.id::text", FieldType.Text, "Key of the row: stable from import to import."),
            new("code", "postal_code.code", FieldType.Text, "The code as it is written."),
            new("placeName", "postal_code.place_name", FieldType.Text, "Name of the place."),
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country."),
            new("region", "postal_code.region_name", FieldType.Text, "Name of the first-order division."),
            new("subregion", "postal_code.subregion_name", FieldType.Text, "Name of the second-order division."),
            new("district", "postal_code.district_name", FieldType.Text, "Name of the third-order division."),
            new("location", "postal_code.location", FieldType.Point, "Where it is: EPSG:4326, degrees."),
            new("accuracy", "postal_code.accuracy", FieldType.Integer, "From 1 (estimated) to 6 (centroid of the addresses)."),
            Distance,
        ],
    };

    public static Collection Names { get; } = new()
    {
        Name = "names",
        Title = "Alternative names",
        Description = "Other names of places, and links and codes.",
        Alias = "name",
        Table = "alternative_names name",
        Fields =
        [
            new("id", "name.id", FieldType.Integer, "GeoNames' alternate name id."),
            new("name", "name.name", FieldType.Text, "The name, link or code."),
            new("language", "name.language", FieldType.Text, "ISO 639 code of the language, if it has one."),
            new(
                "kind",
                "(ARRAY['name', 'link', 'postalCode', 'iata', 'icao', 'faa', 'unLocode', 'wikidata', 'other'])[name.kind]",
                FieldType.Text,
                "What it is: name, link, postalCode, iata, icao, faa, unLocode, wikidata or other."),
            new("isPreferred", "name.is_preferred", FieldType.Boolean, "Whether it is the official or preferred name in its language."),
            new("isShort", "name.is_short", FieldType.Boolean, "Whether it is a short form."),
            new("isColloquial", "name.is_colloquial", FieldType.Boolean, "Whether it is colloquial or slang."),
            new("isHistoric", "name.is_historic", FieldType.Boolean, "Whether it was used in the past."),
            new("usedFrom", "name.used_from", FieldType.Text, "When its use began, as GeoNames writes it."),
            new("usedTo", "name.used_to", FieldType.Text, "When its use ended, as GeoNames writes it."),
            new("origin", OriginOfName, FieldType.Text, "Where it comes from: geonames, or local where an editor has added it."),
        ],
    };

    public static Collection Regions { get; } = new()
    {
        Name = "regions",
        Title = "Regions",
        Description = "First-order administrative divisions (admin1).",
        Alias = "region",
        Table = "regions region",
        Joins = "LEFT JOIN countries country ON country.id = region.country_id",
        Fields =
        [
            new("id", "region.id", FieldType.Integer, "GeoNames id."),
            new("code", "region.code", FieldType.Text, "GeoNames' admin1 code, unique within the country."),
            new("name", "region.name", FieldType.Text, "Name, in the language asked for where GeoNames has one."),
            new("country", "country.name", FieldType.Text, "English name of the country."),
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country."),
        ],
    };

    public static Collection Subregions { get; } = new()
    {
        Name = "subregions",
        Title = "Subregions",
        Description = "Second-order administrative divisions (admin2).",
        Alias = "subregion",
        Table = "subregions subregion",
        Joins =
            """
            LEFT JOIN regions region ON region.id = subregion.region_id
            LEFT JOIN countries country ON country.id = subregion.country_id
            """,
        Fields =
        [
            new("id", "subregion.id", FieldType.Integer, "GeoNames id."),
            new("code", "subregion.code", FieldType.Text, "GeoNames' admin2 code, unique within the region."),
            new("name", "subregion.name", FieldType.Text, "Name, in the language asked for where GeoNames has one."),
            new("region", "region.name", FieldType.Text, "Name of the first-order division."),
            new("country", "country.name", FieldType.Text, "English name of the country."),
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country."),
        ],
    };

    private static IEnumerable<Field> Optional(params Field[] fields) => fields.Select(field => field with { IsDefault = false });
}

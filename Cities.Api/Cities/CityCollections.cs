using System.Text.Json.Nodes;

namespace Cities.Api.Cities;

/// <summary>The collections of cities and of their alternative names.</summary>
internal static class CityCollections
{
    private static readonly string OriginOfCity = FormattableString.Invariant(
        $"""
        CASE
          WHEN city.id >= {CityCorrection.FirstLocalId} THEN 'local'
          WHEN EXISTS (SELECT FROM administration.city_corrections correction WHERE correction.city_id = city.id) THEN 'corrected'
          ELSE 'geonames'
        END
        """);

    /// <summary>In the order of <see cref="AlternativeNameKind"/>.</summary>
    private static readonly string[] KindsOfNames =
        ["name", "link", "postalCode", "iata", "icao", "faa", "unLocode", "wikidata", "other"];

    private static readonly string OriginOfName = FormattableString.Invariant(
        $"CASE WHEN name.id >= {CityCorrection.FirstLocalId} THEN 'local' ELSE 'geonames' END");

    public static Collection Cities { get; } = new()
    {
        Name = "cities",
        Title = "Cities",
        Description = "Populated places (GeoNames feature class P, without sections of populated places).",
        Alias = "city",
        Table = $"cities city",
        Joins =
            $"""
            LEFT JOIN regions region ON region.id = city.region_id
            LEFT JOIN subregions subregion ON subregion.id = city.subregion_id
            LEFT JOIN countries country ON country.id = city.country_id
            """,
        Fields =
        [
            new("id", "city.id", FieldType.Integer, "GeoNames id.", 2643743),
            new("name", "city.name", FieldType.Text, "Name, in the requested language if GeoNames has one.", "London"),
            new("region", "region.name", FieldType.Text, "Name of the first-order administrative division.", "England"),
            new(
                "location",
                "city.location",
                FieldType.Point,
                "Position in EPSG:4326, in degrees.",
                new JsonArray(-0.12574, 51.50853)),
            .. Optional(
                new("asciiName", "city.ascii_name", FieldType.Text, "The name in ASCII.", "London"),
                new(
                    "slug",
                    "city.slug",
                    FieldType.Text,
                    "The ASCII name in lower-case letters, digits and hyphens.",
                    "london"),
                new("featureCode", "city.feature_code", FieldType.Text, "GeoNames feature code, such as PPLC.", "PPLC"),
                new("country", "country.name", FieldType.Text, "English name of the country.", "United Kingdom"),
                new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country.", "GB"),
                new("regionCode", "region.code", FieldType.Text, "GeoNames' admin1 code.", "ENG"),
                new(
                    "subregion",
                    "subregion.name",
                    FieldType.Text,
                    "Name of the second-order administrative division.",
                    "Greater London"),
                new("subregionCode", "subregion.code", FieldType.Text, "GeoNames' admin2 code.", "GLA"),
                new(
                    "population",
                    "city.population",
                    FieldType.Integer,
                    "Number of inhabitants; 0 if it is not known.",
                    8961989),
                new("elevation", "city.elevation", FieldType.Integer, "Metres above sea level.", 25),
                new("timezone", "city.timezone", FieldType.Text, "IANA time zone id.", "Europe/London"),
                new(
                    "modifiedOn",
                    "city.modified_on",
                    FieldType.Date,
                    "The day of GeoNames' last change.",
                    "2024-01-31"),
                new(
                    "origin",
                    OriginOfCity,
                    FieldType.Text,
                    "Source of the city: geonames; corrected, if an editor has corrected GeoNames' values; or local, if an editor has added the city.",
                    "geonames")
                {
                    Values = ["geonames", "corrected", "local"],
                }),
            Field.Distance(197.4),
        ],
        Orders = new Dictionary<string, SqlText>
        {
            ["name"] = $"city.search_text COLLATE \"C\"",
            ["population"] = $"city.population",
        },
    };

    public static Collection Names { get; } = new()
    {
        Name = "names",
        Title = "Alternative names",
        Description = "Alternative names of places, links and codes.",
        Alias = "name",
        Table = $"alternative_names name",
        Fields =
        [
            new("id", "name.id", FieldType.Integer, "GeoNames' alternate name id.", 1591449),
            new("name", "name.name", FieldType.Text, "The name, link or code.", "Londres"),
            new(
                "language",
                "name.language",
                FieldType.Text,
                "ISO 639 code of the language, if the name has one.",
                "fr"),
            new(
                "kind",
                $"(ARRAY[{string.Join(", ", KindsOfNames.Select(kind => $"'{kind}'"))}])[name.kind]",
                FieldType.Text,
                "Kind of the name: name, link, postalCode, iata, icao, faa, unLocode, wikidata or other.",
                "name")
            {
                Values = KindsOfNames,
            },
            new(
                "isPreferred",
                "name.is_preferred",
                FieldType.Boolean,
                "Whether the name is the official or preferred one in its language.",
                false),
            new("isShort", "name.is_short", FieldType.Boolean, "Whether the name is a short form.", false),
            new(
                "isColloquial",
                "name.is_colloquial",
                FieldType.Boolean,
                "Whether the name is colloquial or slang.",
                false),
            new("isHistoric", "name.is_historic", FieldType.Boolean, "Whether the name was used in the past.", false),
            new("usedFrom", "name.used_from", FieldType.Text, "Start of the name's use, in GeoNames' spelling.", null),
            new("usedTo", "name.used_to", FieldType.Text, "End of the name's use, in GeoNames' spelling.", null),
            new(
                "origin",
                OriginOfName,
                FieldType.Text,
                "Source of the name: geonames, or local if an editor has added the name.",
                "geonames")
            {
                Values = ["geonames", "local"],
            },
        ],
    };

    private static IEnumerable<Field> Optional(params Field[] fields) => fields.Select(field => field with { IsDefault = false });
}

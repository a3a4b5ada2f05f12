using System.Text.Json.Nodes;

namespace Cities.Api.Places;

/// <summary>
/// The collections of continents, countries, administrative divisions, districts and postal codes.
/// </summary>
internal static class PlaceCollections
{
    /// <summary>
    /// The maximum distance in metres between the location of a postal code and the city or district of its name.
    /// </summary>
    private const int MaximumDistanceOfPlace = 25_000;

    public static Collection Continents { get; } = new()
    {
        Name = "continents",
        Title = "Continents",
        Description = "The continents of GeoNames.",
        Alias = "continent",
        Table = $"continents continent",
        Fields =
        [
            PlaceFields.Id("continent", 6255148),
            new("code", "continent.code", FieldType.Text, "GeoNames' code: AF, AN, AS, EU, NA, OC or SA.", "EU"),
            PlaceFields.Name("continent", "Europe"),
            PlaceFields.Slug("continent", "europe-6255148"),
        ],
    };

    public static Collection Countries { get; } = new()
    {
        Name = "countries",
        Title = "Countries",
        Description = "Countries and dependent territories.",
        Alias = "country",
        Table = $"countries country",
        Joins =
            $"""
            LEFT JOIN continents continent ON continent.id = country.continent_id
            {PlaceFields.JoinBoundingBox("country")}
            """,
        Fields =
        [
            PlaceFields.Id("country", 2963597),
            new("code", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code.", "IE"),
            new("code3", "country.code3", FieldType.Text, "ISO 3166-1 alpha-3 code.", "IRL"),
            PlaceFields.Name("country", "Ireland"),
            new(
                "continent",
                "continent.code",
                FieldType.Text,
                "GeoNames' code of the continent: AF, AN, AS, EU, NA, OC or SA.",
                "EU"),
            new("capital", "country.capital", FieldType.Text, "Name of the capital.", "Dublin"),
            PlaceFields.Population("country", 4622917),
            new("area", "country.area", FieldType.Number, "Area in square kilometres.", 70280),
            new("currencyCode", "country.currency_code", FieldType.Text, "ISO 4217 code of the currency.", "EUR"),
            new("currencyName", "country.currency_name", FieldType.Text, "English name of the currency.", "Euro"),
            new("phone", "country.phone", FieldType.Text, "Calling code.", "353"),
            new("tld", "country.tld", FieldType.Text, "Top-level domain with its dot.", ".ie"),
            new(
                "postalCodeFormat",
                "country.postal_code_format",
                FieldType.Text,
                "Format of postal codes: # is a digit, @ a letter.",
                "@@@ @@@@"),
            new(
                "postalCodeRegex",
                "country.postal_code_regex",
                FieldType.Text,
                "Regular expression of postal codes.",
                @"^(D6W|[AC-FHKNPRTV-Y][0-9]{2})\s?([AC-FHKNPRTV-Y0-9]{4})"),
            new(
                "languages",
                "country.languages",
                FieldType.TextList,
                "IETF BCP 47 language tags, most spoken first.",
                new JsonArray("en-IE", "ga-IE")),
            new(
                "neighbours",
                "country.neighbours",
                FieldType.TextList,
                "ISO 3166-1 alpha-2 codes of the countries with a common border.",
                new JsonArray("GB")),
            // GeoNames writes 0 for a country without a code.
            new(
                "numericCode",
                "to_char(nullif(country.numeric_code, 0), 'FM000')",
                FieldType.Text,
                "ISO 3166-1 numeric code: three digits.",
                "372"),
            new(
                "currencySymbol",
                "country.currency_symbol",
                FieldType.Text,
                "Symbol of the currency, from Unicode CLDR.",
                "€"),
            PlaceFields.Slug("country", "ireland-2963597"),
            PlaceFields.BoundingBox(new JsonArray(-10.27, 51.55, -6.05, 55.25)),
        ],
    };

    public static Collection Regions { get; } = new()
    {
        Name = "regions",
        Title = "Regions",
        Description = "First-order administrative divisions (admin1).",
        Alias = "region",
        Table = $"regions region",
        Joins = $"{PlaceFields.JoinCountry("region")} {PlaceFields.JoinBoundingBox("region")}",
        Fields =
        [
            PlaceFields.Id("region", 6269131),
            new("code", "region.code", FieldType.Text, "GeoNames' admin1 code, unique within the country.", "ENG"),
            PlaceFields.Name("region", "England"),
            PlaceFields.Country,
            PlaceFields.CountryCode,
            .. PlaceFields.Optional(
                PlaceFields.AsciiName("region", "England"),
                PlaceFields.Slug("region", "england-6269131"),
                PlaceFields.BoundingBox(new JsonArray(-6.3, 49.91, 1.75, 55.77))),
        ],
    };

    public static Collection Subregions { get; } = new()
    {
        Name = "subregions",
        Title = "Subregions",
        Description = "Second-order administrative divisions (admin2).",
        Alias = "subregion",
        Table = $"subregions subregion",
        Joins = $"{PlaceFields.JoinRegion("subregion")} {PlaceFields.JoinBoundingBox("subregion")}",
        Fields =
        [
            PlaceFields.Id("subregion", 2648110),
            new("code", "subregion.code", FieldType.Text, "GeoNames' admin2 code, unique within the region.", "GLA"),
            PlaceFields.Name("subregion", "Greater London"),
            PlaceFields.Region,
            PlaceFields.Country,
            PlaceFields.CountryCode,
            .. PlaceFields.Optional(
                PlaceFields.AsciiName("subregion", "Greater London"),
                PlaceFields.Slug("subregion", "greater-london-2648110"),
                PlaceFields.RegionCode,
                PlaceFields.BoundingBox(new JsonArray(-0.48, 51.33, 0.27, 51.68))),
        ],
    };

    public static Collection Districts { get; } = new()
    {
        Name = "districts",
        Title = "Districts",
        Description = "Sections of populated places (GeoNames feature code PPLX).",
        Alias = "district",
        Table = $"districts district",
        Joins = $"{PlaceFields.JoinSubregion("district")} LEFT JOIN cities city ON city.id = district.city_id",
        Fields =
        [
            PlaceFields.Id("district", 2641598),
            PlaceFields.Name("district", "New Malden"),
            new(
                "city",
                "city.name",
                FieldType.Text,
                "Name of the city that the district belongs to, if there is one.",
                "London"),
            PlaceFields.Population("district", 27793),
            PlaceFields.Location("district", -0.2586, 51.4042),
            .. PlaceFields.Optional(
                new("cityId", "district.city_id", FieldType.Integer, "GeoNames id of the city.", 2643743),
                new("code", "district.code", FieldType.Text, "GeoNames' admin3 code.", null),
                PlaceFields.AsciiName("district", "New Malden"),
                PlaceFields.Slug("district", "new-malden-2641598"),
                PlaceFields.Country,
                PlaceFields.CountryCode,
                PlaceFields.Region,
                PlaceFields.RegionCode,
                PlaceFields.Subregion,
                PlaceFields.SubregionCode,
                PlaceFields.Elevation("district", 20),
                PlaceFields.Timezone("district", "Europe/London"),
                PlaceFields.ModifiedOn("district", "2024-01-31")),
            Field.Distance(15430.6),
        ],
        Orders = new Dictionary<string, SqlText> { ["name"] = $"district.search_text COLLATE \"C\"" },
    };

    public static Collection PostalCodes { get; } = new()
    {
        Name = "postal-codes",
        Title = "Postal codes",
        Description = "Postal codes and the places that use them.",
        Alias = "postal_code",
        Table = $"postal_codes postal_code",
        Joins = PlaceFields.JoinCountry("postal_code"),
        Fields =
        [
            new(
                "id",
                "postal_code.id::text",
                FieldType.Text,
                "Key of the row. It is the same after each import.",
                "4151413861"),
            new("code", "postal_code.code", FieldType.Text, "The postal code.", "WC1E"),
            new("placeName", "postal_code.place_name", FieldType.Text, "Name of the place.", "Bloomsbury"),
            PlaceFields.CountryCode,
            new("region", "postal_code.region_name", FieldType.Text, "Name of the first-order division.", "England"),
            new(
                "subregion",
                "postal_code.subregion_name",
                FieldType.Text,
                "Name of the second-order division.",
                "Greater London"),
            new("district", "postal_code.district_name", FieldType.Text, "Name of the third-order division.", "Camden"),
            PlaceFields.Location("postal_code", -0.1306, 51.5226),
            new(
                "accuracy",
                "postal_code.accuracy",
                FieldType.Integer,
                "From 1 (estimated) to 6 (centroid of the addresses).",
                4),
            .. PlaceFields.Optional(
                OfSameName("cityId", "cities", "id", FieldType.Integer, "GeoNames id of the city", null),
                OfSameName("city", "cities", "name", FieldType.Text, "Name of the city", null),
                OfSameName(
                    "cityDistrictId",
                    "districts",
                    "id",
                    FieldType.Integer,
                    "GeoNames id of the district of a city",
                    2655265),
                OfSameName(
                    "cityDistrict",
                    "districts",
                    "name",
                    FieldType.Text,
                    "Name of the district of a city",
                    "Bloomsbury")),
            Field.Distance(1710.2),
        ],
    };

    /// <summary>Makes the condition that a postal code has the name of a city or of one of its districts.</summary>
    /// <param name="id">GeoNames id of the city.</param>
    public static SqlText PostalCodesOfCity(int id)
    {
        var city = SqlText.Constant(OfSameName("cities", "id"));
        var district = SqlText.Constant(OfSameName("districts", "city_id"));
        // The names come first: an index finds them, and few places have the same.
        return
            $"""
            search_text(postal_code.place_name) COLLATE "C" = ANY (ARRAY(
              SELECT search_text FROM cities WHERE id = {id}
              UNION SELECT search_text FROM districts WHERE city_id = {id}))
            AND ({city} = {id} OR {district} = {id})
            """;
    }

    /// <summary>Makes a field of the city or district that has the name of the place of a postal code.</summary>
    private static Field OfSameName(
        string name, string table, string column, FieldType type, string description, JsonNode? example) =>
        new(
            name,
            OfSameName(table, column),
            type,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{description} that has the name of the place and is nearest to the location, in the same country "
                + $"and at most {MaximumDistanceOfPlace / 1000} km away."),
            example)
        {
            IsLookup = true,
        };

    private static string OfSameName(string table, string column) => FormattableString.Invariant(
        $"""
        (SELECT place.{column} FROM {table} place
         WHERE place.search_text COLLATE "C" = search_text(postal_code.place_name)
           AND place.country_id = postal_code.country_id
           AND ST_DWithin(place.location::geography, postal_code.location::geography, {MaximumDistanceOfPlace})
         ORDER BY ST_Distance(place.location::geography, postal_code.location::geography), place.id
         LIMIT 1)
        """);
}

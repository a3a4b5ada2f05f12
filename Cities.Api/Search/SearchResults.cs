namespace Cities.Api.Search;

/// <summary>The collection of search results: places of all types and postal codes, with what they matched.</summary>
internal static class SearchResults
{
    /// <summary>The types of results. Searches find all of them, unless the client names some.</summary>
    public static readonly IReadOnlyList<string> Types =
        ["city", "district", "region", "subregion", "country", "postalCode"];

    /// <summary>
    /// The collection. <see cref="PlaceSearch"/> replaces its table by the matches with the columns of the places.
    /// </summary>
    public static Collection Collection { get; } = new()
    {
        Name = "search",
        Title = "Search results",
        Description = "Cities, districts, regions, subregions, countries and postal codes that match.",
        Alias = "place",
        HasNullableId = true,
        Table = $"place",
        Joins =
            $"""
            {PlaceFields.JoinSubregion("place")}
            {PlaceFields.JoinBoundingBox("place")} AND place.type <> 'city'
            LEFT JOIN cities parent ON parent.id = place.city_id
            LEFT JOIN countries matched_country ON matched_country.id = match.named_country_id
            LEFT JOIN regions matched_region ON matched_region.id = match.named_region_id
            LEFT JOIN subregions matched_subregion ON matched_subregion.id = match.named_region_id
            """,
        Fields =
        [
            new(
                "id",
                "place.id",
                FieldType.Integer,
                "GeoNames id; null for a postal code.",
                2643743),
            PlaceFields.Name("place", "London"),
            PlaceFields.Region,
            PlaceFields.Location("place", -0.12574, 51.50853) with
            {
                Description = "Position in EPSG:4326, in degrees; of a country or a division, that of its seat.",
            },
            PlaceFields.BoundingBox(null),
            .. PlaceFields.Optional(
                PlaceFields.AsciiName("place", "London"),
                PlaceFields.Slug("place", "london-2643743"),
                new(
                    "featureCode",
                    "place.feature_code",
                    FieldType.Text,
                    "GeoNames feature code, such as PPLC.",
                    "PPLC")),
            PlaceFields.Country,
            PlaceFields.CountryCode,
            .. PlaceFields.Optional(PlaceFields.RegionCode, PlaceFields.Subregion, PlaceFields.SubregionCode),
            new(
                "population",
                "place.population",
                FieldType.Integer,
                "Number of inhabitants; 0 if it is not known. Divisions and postal codes have none.",
                8961989),
            .. PlaceFields.Optional(
                PlaceFields.Elevation("place", 25),
                PlaceFields.Timezone("place", "Europe/London"),
                PlaceFields.ModifiedOn("place", "2024-01-31")),
            new("type", "place.type", FieldType.Text, $"What the result is: {string.Join(", ", Types)}.", "city")
            {
                Values = Types,
            },
            new(
                "label",
                """
                concat_ws(', ',
                  CASE place.type WHEN 'postalCode' THEN concat_ws(' ', place.name, place.place_name)
                    ELSE place.name END,
                  parent.name,
                  CASE WHEN place.type = 'subregion' OR place.region_id <> place.id THEN region.name END,
                  CASE WHEN place.type <> 'country' THEN country.name END)
                """,
                FieldType.Text,
                "The name with the names of the city, the region and the country that the result is in.",
                "London, England, United Kingdom"),
            new(
                "city",
                "parent.name",
                FieldType.Text,
                "Name of the city that a district belongs to, if there is one.",
                null),
            .. PlaceFields.Optional(
                new Field(
                    "postalCodeId",
                    "place.postal_code_id::text",
                    FieldType.Text,
                    "Key of a postal code, as in the list of postal codes.",
                    null),
                new Field(
                    "cityId",
                    "place.city_id",
                    FieldType.Integer,
                    "GeoNames id of the city that a district belongs to, if there is one.",
                    null)),
            new("matchedName", "match.matched", FieldType.Text, "The name that matches.", "London"),
            new(
                "matchedLanguage",
                "match.language",
                FieldType.Text,
                "The language of the name that matches, if it is an alternative name with a language.",
                null),
            new(
                "matchedRegion",
                "coalesce(matched_region.name, matched_subregion.name)",
                FieldType.Text,
                "The region or subregion that the query names besides the place.",
                null),
            new(
                "matchedCountry",
                "matched_country.name",
                FieldType.Text,
                "The country that the query names besides the place.",
                null),
            new(
                "score",
                "round(match.score::numeric, 4)::float8",
                FieldType.Number,
                "The rank of the result: the quality of the match (1 for an equal name), multiplied by 1 plus the "
                + "importance of the place. With 'near', the proximity is added.",
                1.7583),
            Field.Distance(197.4),
        ],
    };
}

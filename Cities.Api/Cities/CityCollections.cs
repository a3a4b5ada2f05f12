namespace Cities.Api.Cities;

/// <summary>The collection of cities.</summary>
internal static class CityCollections
{
    private static readonly string OriginOfCity = FormattableString.Invariant(
        $"""
        CASE
          WHEN city.id >= {CityCorrection.FirstLocalId} THEN 'local'
          WHEN EXISTS (SELECT FROM administration.city_corrections correction WHERE correction.city_id = city.id)
            THEN 'corrected'
          ELSE 'geonames'
        END
        """);

    public static Collection Cities { get; } = new()
    {
        Name = "cities",
        Title = "Cities",
        Description = "Populated places (GeoNames feature class P, without sections of populated places).",
        Alias = "city",
        Table = $"cities city",
        Joins = PlaceFields.JoinSubregion("city"),
        Fields =
        [
            PlaceFields.Id("city", 2643743),
            PlaceFields.Name("city", "London"),
            PlaceFields.Region,
            PlaceFields.Location("city", -0.12574, 51.50853),
            .. PlaceFields.Optional(
                PlaceFields.AsciiName("city", "London"),
                PlaceFields.Slug("city", "london-2643743"),
                new("featureCode", "city.feature_code", FieldType.Text, "GeoNames feature code, such as PPLC.", "PPLC"),
                PlaceFields.Country,
                PlaceFields.CountryCode,
                PlaceFields.RegionCode,
                PlaceFields.Subregion,
                PlaceFields.SubregionCode,
                PlaceFields.Population("city", 8961989),
                PlaceFields.Elevation("city", 25),
                PlaceFields.Timezone("city", "Europe/London"),
                PlaceFields.ModifiedOn("city", "2024-01-31"),
                new(
                    "origin",
                    OriginOfCity,
                    FieldType.Text,
                    "Source of the city: geonames; corrected, if an editor has corrected GeoNames' values; "
                    + "or local, if an editor has added the city.",
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
}

using System.Text.Json.Nodes;

namespace Cities.Api.Places;

/// <summary>The collections of administrative divisions and of postal codes.</summary>
internal static class PlaceCollections
{
    public static Collection Regions { get; } = new()
    {
        Name = "regions",
        Title = "Regions",
        Description = "First-order administrative divisions (admin1).",
        Alias = "region",
        Table = $"regions region",
        Joins = $"LEFT JOIN countries country ON country.id = region.country_id",
        Fields =
        [
            new("id", "region.id", FieldType.Integer, "GeoNames id.", 6269131),
            new("code", "region.code", FieldType.Text, "GeoNames' admin1 code, unique within the country.", "ENG"),
            new(
                "name",
                "region.name",
                FieldType.Text,
                "Name, in the requested language if GeoNames has one.",
                "England"),
            new("country", "country.name", FieldType.Text, "English name of the country.", "United Kingdom"),
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country.", "GB"),
        ],
    };

    public static Collection Subregions { get; } = new()
    {
        Name = "subregions",
        Title = "Subregions",
        Description = "Second-order administrative divisions (admin2).",
        Alias = "subregion",
        Table = $"subregions subregion",
        Joins =
            $"""
            LEFT JOIN regions region ON region.id = subregion.region_id
            LEFT JOIN countries country ON country.id = subregion.country_id
            """,
        Fields =
        [
            new("id", "subregion.id", FieldType.Integer, "GeoNames id.", 2648110),
            new("code", "subregion.code", FieldType.Text, "GeoNames' admin2 code, unique within the region.", "GLA"),
            new(
                "name",
                "subregion.name",
                FieldType.Text,
                "Name, in the requested language if GeoNames has one.",
                "Greater London"),
            new("region", "region.name", FieldType.Text, "Name of the first-order division.", "England"),
            new("country", "country.name", FieldType.Text, "English name of the country.", "United Kingdom"),
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country.", "GB"),
        ],
    };

    public static Collection PostalCodes { get; } = new()
    {
        Name = "postal-codes",
        Title = "Postal codes",
        Description = "Postal codes and the places that use them.",
        Alias = "postal_code",
        Table = $"postal_codes postal_code",
        Joins =
            $"""
            LEFT JOIN countries country ON country.id = postal_code.country_id
            """,
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
            new("countryCode", "country.code", FieldType.Text, "ISO 3166-1 alpha-2 code of the country.", "GB"),
            new("region", "postal_code.region_name", FieldType.Text, "Name of the first-order division.", "England"),
            new(
                "subregion",
                "postal_code.subregion_name",
                FieldType.Text,
                "Name of the second-order division.",
                "Greater London"),
            new("district", "postal_code.district_name", FieldType.Text, "Name of the third-order division.", "Camden"),
            new(
                "location",
                "postal_code.location",
                FieldType.Point,
                "Position in EPSG:4326, in degrees.",
                new JsonArray(-0.1306, 51.5226)),
            new(
                "accuracy",
                "postal_code.accuracy",
                FieldType.Integer,
                "From 1 (estimated) to 6 (centroid of the addresses).",
                4),
            Field.Distance(1710.2),
        ],
    };
}

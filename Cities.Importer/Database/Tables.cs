using Cities.Data;
using Cities.Importer.GeoNames;

namespace Cities.Importer.Database;

/// <summary>The tables that GeoNames' files fill, and the kind of data that each holds.</summary>
internal static class Tables
{
    /// <summary>In an order in which a table comes behind those that it refers to.</summary>
    public static readonly (DataKinds Kind, Table Table)[] All =
    [
        (DataKinds.Country, Continents.Table),
        (DataKinds.Country, CountryInfoFile.Table),
        (DataKinds.Region, Admin1CodesFile.Table),
        (DataKinds.Subregion, Admin2CodesFile.Table),
        (DataKinds.City, GeonameFile.Cities),
        (DataKinds.District, GeonameFile.Districts),
        (DataKinds.PostalCode, PostalCodesFile.Table),
        (DataKinds.TimeZone, TimeZonesFile.Table),
        (DataKinds.AlternativeName, AlternateNamesFile.Table),
    ];

    /// <summary>The tables that hold places, which alternative names are names of.</summary>
    public static readonly Table[] Places =
    [
        Continents.Table, CountryInfoFile.Table, Admin1CodesFile.Table, Admin2CodesFile.Table, GeonameFile.Cities,
        GeonameFile.Districts,
    ];
}

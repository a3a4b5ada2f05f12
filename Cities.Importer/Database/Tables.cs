using Cities.Data;
using Cities.Importer.GeoNames;

namespace Cities.Importer.Database;

/// <summary>The tables that are loaded from GeoNames files, with the kind of data of each.</summary>
internal static class Tables
{
    /// <summary>All tables. A table follows the tables that it refers to.</summary>
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

    /// <summary>The tables of places, which can have alternative names.</summary>
    public static readonly Table[] Places =
    [
        Continents.Table, CountryInfoFile.Table, Admin1CodesFile.Table, Admin2CodesFile.Table, GeonameFile.Cities,
        GeonameFile.Districts,
    ];
}

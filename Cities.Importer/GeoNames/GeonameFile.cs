using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// GeoNames' main table, as XX.zip, cities500 to cities15000.zip or allCountries.zip: geonameid, name, asciiname,
/// alternatenames, latitude, longitude, feature class, feature code, country code, cc2, admin1 code, admin2 code,
/// admin3 code, admin4 code, population, elevation, dem, timezone, modification date (GeoNames' readme). Rows of
/// feature class P are imported: sections of populated places (PPLX) as districts, all others as cities.
/// </summary>
/// <param name="codes">The ids of the countries and divisions.</param>
/// <param name="filter">Selects the places to import.</param>
/// <param name="ids">Receives the ids of the places.</param>
/// <param name="districts">Receives the districts, or null if no cities are copied at the same time.</param>
/// <param name="names">Receives the names in the column alternatenames, or null.</param>
/// <param name="leftOut">
/// Receives the ids of the rows that the filters of countries and places exclude, or null.
/// </param>
internal sealed class GeonameFile(
    PlaceCodes codes,
    PlaceFilter filter,
    PlaceIds ids,
    CopyWriter? districts,
    ListedNames? names = null,
    CopyWriter? leftOut = null)
    : IRowLoader
{
    private static readonly string[] PlaceColumns =
    [
        "id", "name", "ascii_name", "feature_code", "country_id", "region_id", "subregion_id", "population",
        "elevation", "timezone", "location", "modified_on",
    ];

    public static readonly Table Cities = new("cities", PlaceColumns) { HasLocalRows = true };

    /// <summary>
    /// Districts have a code instead of a feature code. Their cities are assigned when all cities have been merged.
    /// </summary>
    public static readonly Table Districts =
        new("districts", [.. PlaceColumns.Select(column => column == "feature_code" ? "code" : column)])
        {
            ComputedColumns = ["city_id", "city_link"],
        };

    public int ColumnCount => 19;

    public Table Table => districts is null ? Districts : Cities;

    public void Load(in Row row, CopyWriter copy)
    {
        if (!codes.Imports(row[8]) || row[6] is not [(byte)'P'])
        {
            leftOut?.Id(row.Id(0, "geonameid"));
            return;
        }

        var population = row.Count(14, "population");
        var featureCode = row.Required(7, "feature code");
        if (!filter.Includes(featureCode, population))
        {
            leftOut?.Id(row.Id(0, "geonameid"));
            return;
        }

        var name = row.Name(1, "name");
        var latitude = row.Number(4, "latitude", -90, 90);
        var longitude = row.Number(5, "longitude", -180, 180);
        var countryCode = row.Required(8, "country code");
        var country = codes.Country(row, 8);
        var region = codes.Region(countryCode, row[10]);
        var subregion = codes.Subregion(countryCode, row[10], row[11]);
        var elevation = row.OptionalInt32(15, "elevation");
        var modifiedOn = row.OptionalDate(18, "modification date");
        var isDistrict = PlaceFilter.IsDistrict(featureCode);
        var id = ids.Add(row, 0, "geonameid", isDistrict);
        var asciiName = row.AsciiName(2, name, id);

        var target = isDistrict && districts is not null ? districts : copy;
        target.BeginRow();
        target.Int32(id);
        target.Text(name);
        target.Text(asciiName);
        if (isDistrict)
            target.OptionalText(row[12]);
        else
            target.Text(featureCode);
        target.Int32(country);
        target.OptionalInt32(region);
        target.OptionalInt32(subregion);
        target.Int64(population);
        target.OptionalInt32(elevation);
        target.OptionalText(row[17]);
        target.Point(longitude, latitude);
        target.OptionalDate(modifiedOn);
        names?.Write(id, name, row[3]);
    }
}

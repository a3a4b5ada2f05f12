using System.IO.Hashing;
using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// zip/XX.zip and zip/allCountries.zip: country code, postal code, place name, admin name1, admin code1, admin name2,
/// admin code2, admin name3, admin code3, latitude, longitude, accuracy (GeoNames' readme of its postal codes).
/// </summary>
/// <param name="codes">The ids of the countries and divisions.</param>
/// <param name="countries">The countries whose postal codes are imported.</param>
internal sealed class PostalCodesFile(PlaceCodes codes, CountryFilter countries) : IRowLoader
{
    public static readonly Table Table = new(
        "postal_codes", "id", "country_id", "code", "place_name", "region_name", "region_code", "subregion_name",
        "subregion_code", "district_name", "district_code", "region_id", "subregion_id", "location", "accuracy");

    private const int LastKeyColumn = 8;

    private readonly RepeatedKeys _repeated = new();

    /// <summary>
    /// The ids that can occur more than once, because GeoNames lists some rows twice; null if there are too many to
    /// store.
    /// </summary>
    public IReadOnlyCollection<long>? PossiblyRepeated => _repeated.Candidates;

    public int ColumnCount => 12;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        if (!countries.Includes(row[0]))
            return;
        var country = codes.Country(row, 0);
        var code = row.Required(1, "postal code");
        var placeName = row.Name(2, "place name");
        var hasLocation = !row[9].IsEmpty || !row[10].IsEmpty;
        var latitude = hasLocation ? row.Number(9, "latitude", -90, 90) : 0;
        var longitude = hasLocation ? row.Number(10, "longitude", -180, 180) : 0;
        var accuracy = row.OptionalInt16(11, "accuracy", 1, 6);

        copy.BeginRow();
        // GeoNames assigns no ids to postal codes. The id is a hash of the columns that identify a row, so that it
        // stays the same in later imports, in any order of the rows. For a few million rows, the probability of a
        // collision is less than one in a million. A place with two locations gets two ids later
        // (TableLoad.DeleteRepeatedAsync).
        var id = XxHash3.HashToUInt64(row.Columns(0, LastKeyColumn));
        _repeated.Add(id);
        copy.Int64((long)id);
        copy.Int32(country);
        copy.Text(code);
        copy.Text(placeName);
        for (var column = 3; column <= LastKeyColumn; column++)
            copy.OptionalText(row[column]);
        copy.OptionalInt32(codes.Region(row[0], row[4]));
        copy.OptionalInt32(codes.Subregion(row[0], row[4], row[6]));
        if (hasLocation)
            copy.Point(longitude, latitude);
        else
            copy.Null();
        copy.OptionalInt16(accuracy);
    }
}

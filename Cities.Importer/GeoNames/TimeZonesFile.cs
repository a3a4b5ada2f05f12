using System.Text;
using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// timeZones.txt: CountryCode, TimeZoneId, GMT offset 1. Jan, DST offset 1. Jul, rawOffset (the first line of the
/// file). The time zones of all countries are imported, like the countries.
/// </summary>
internal sealed class TimeZonesFile(PlaceCodes codes) : IRowLoader
{
    public static readonly Table Table = new(
        "time_zones", "id", "country_id", "january_offset", "july_offset", "raw_offset")
    {
        IsWorldwide = true,
    };

    private readonly HashSet<string> _ids = [];

    public int ColumnCount => 5;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        // GeoNames does not mark the header line as a comment.
        if (row[0].SequenceEqual("CountryCode"u8))
            return;
        var country = codes.Country(row, 0);
        var id = row.Required(1, "TimeZoneId");
        var january = row.Number(2, "GMT offset", -24, 24);
        var july = row.Number(3, "DST offset", -24, 24);
        var raw = row.Number(4, "rawOffset", -24, 24);
        if (!_ids.Add(Encoding.UTF8.GetString(id)))
            throw row.Malformed(1, "TimeZoneId", "occurs twice in the file");

        copy.BeginRow();
        copy.Text(id);
        copy.Int32(country);
        copy.Double(january);
        copy.Double(july);
        copy.Double(raw);
    }
}

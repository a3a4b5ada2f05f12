using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>admin2Codes.txt: code (country.admin1.admin2), name, ASCII name, geonameid.</summary>
/// <param name="codes">Receives the codes of the divisions. It contains the codes of the countries.</param>
/// <param name="places">Receives the ids of the imported places.</param>
internal sealed class Admin2CodesFile(PlaceCodes codes, IdSet places) : IRowLoader
{
    public static readonly Table Table = new(
        "subregions", "id", "code", "name", "ascii_name", "country_id", "region_id");

    private readonly IdSet _ids = new();

    public int ColumnCount => 4;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var code = row.Required(0, "code");
        var dot = code.IndexOf((byte)'.');
        // An admin1 code contains no dot, but an admin2 code can.
        var length = dot < 1 ? -1 : code[(dot + 1)..].IndexOf((byte)'.');
        if (length < 0 || dot + length + 2 == code.Length)
            throw row.Malformed(0, "code", "is not of the form country.admin1.admin2");
        if (!codes.Imports(code[..dot]))
            return;
        var country = codes.Find(code[..dot])
            ?? throw row.Malformed(0, "code", "contains a country that is not in countryInfo.txt");
        var region = codes.Find(code[..(dot + 1 + length)]);
        var name = row.Name(1, "name");
        var id = _ids.Add(row, 3, "geonameid");
        var asciiName = row.AsciiName(2, name, id);
        if (!codes.TryAdd(code, id))
            throw row.Malformed(0, "code", "occurs twice in the file");
        places.TryAdd(id);

        copy.BeginRow();
        copy.Int32(id);
        copy.Text(code[(dot + length + 2)..]);
        copy.Text(name);
        copy.Text(asciiName);
        copy.Int32(country);
        copy.OptionalInt32(region);
    }
}

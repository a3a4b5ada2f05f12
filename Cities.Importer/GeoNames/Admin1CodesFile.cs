using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>admin1CodesASCII.txt: code (country.admin1), name, ASCII name, geonameid.</summary>
/// <param name="codes">Receives the codes of the divisions. It contains the codes of the countries.</param>
/// <param name="places">Receives the ids of the imported places.</param>
internal sealed class Admin1CodesFile(PlaceCodes codes, IdSet places) : IRowLoader
{
    public static readonly Table Table = new("regions", "id", "code", "name", "ascii_name", "country_id");

    private readonly IdSet _ids = new();

    public int ColumnCount => 4;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var code = row.Required(0, "code");
        var dot = code.IndexOf((byte)'.');
        if (dot < 1 || dot == code.Length - 1)
            throw row.Malformed(0, "code", "is not of the form country.admin1");
        if (!codes.Imports(code[..dot]))
            return;
        var country = codes.Find(code[..dot])
            ?? throw row.Malformed(0, "code", "contains a country that is not in countryInfo.txt");
        var name = row.Name(1, "name");
        var id = _ids.Add(row, 3, "geonameid");
        var asciiName = row.AsciiName(2, name, id);
        if (!codes.TryAdd(code, id))
            throw row.Malformed(0, "code", "occurs twice in the file");
        places.TryAdd(id);

        copy.BeginRow();
        copy.Int32(id);
        copy.Text(code[(dot + 1)..]);
        copy.Text(name);
        copy.Text(asciiName);
        copy.Int32(country);
    }
}

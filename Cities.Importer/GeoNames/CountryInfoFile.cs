using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// countryInfo.txt: ISO, ISO3, ISO-Numeric, fips, Country, Capital, Area(in sq km), Population, Continent, tld,
/// CurrencyCode, CurrencyName, Phone, Postal Code Format, Postal Code Regex, Languages, geonameid, neighbours,
/// EquivalentFipsCode (the comment at the start of the file). All countries are imported, regardless of the selected
/// ones, because neighbours can refer to any country.
/// </summary>
/// <param name="codes">Receives the codes of the countries.</param>
/// <param name="places">Receives the ids of the countries whose places are imported.</param>
internal sealed class CountryInfoFile(PlaceCodes codes, IdSet places) : IRowLoader
{
    public static readonly Table Table = new(
        "countries", "id", "code", "code3", "numeric_code", "name", "slug", "capital", "area", "population",
        "continent_id", "tld", "currency_code", "currency_name", "phone", "postal_code_format", "postal_code_regex", "languages",
        "neighbours")
    {
        IsWorldwide = true,
        IsNeverDeleted = true,
    };

    private readonly IdSet _ids = new();

    public int ColumnCount => 19;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var code = row.Required(0, "ISO");
        if (code is not [>= (byte)'A' and <= (byte)'Z', >= (byte)'A' and <= (byte)'Z'])
            throw row.Malformed(0, "ISO", "is not an ISO 3166-1 alpha-2 code");
        var code3 = row.Required(1, "ISO3");
        var numeric = row.Int32(2, "ISO-Numeric");
        var name = row.Required(4, "Country");
        double? area = row[6].IsEmpty ? null : row.Number(6, "Area", 0, 1e9);
        var population = row.Count(7, "Population");
        var continent = Continents.Find(row, 8);
        var id = _ids.Add(row, 16, "geonameid");
        if (!codes.TryAdd(code, id))
            throw row.Malformed(0, "ISO", "occurs twice in the file");
        if (codes.Imports(code))
            places.TryAdd(id);

        copy.BeginRow();
        copy.Int32(id);
        copy.Text(code);
        copy.Text(code3);
        copy.Int32(numeric);
        copy.Text(name);
        copy.Slug(name, id);
        copy.OptionalText(row[5]);
        copy.OptionalDouble(area);
        copy.Int64(population);
        copy.Int32(continent);
        copy.OptionalText(row[9]);
        copy.OptionalText(row[10]);
        copy.OptionalText(row[11]);
        copy.OptionalText(row[12]);
        copy.OptionalText(row[13]);
        copy.OptionalText(row[14]);
        copy.TextArray(row[15]);
        copy.TextArray(row[17]);
    }
}

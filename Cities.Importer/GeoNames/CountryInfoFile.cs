using System.Text;
using Cities.Importer.Database;
using Npgsql;

namespace Cities.Importer.GeoNames;

/// <summary>
/// countryInfo.txt: ISO, ISO3, ISO-Numeric, fips, Country, Capital, Area(in sq km), Population, Continent, tld,
/// CurrencyCode, CurrencyName, Phone, Postal Code Format, Postal Code Regex, Languages, geonameid, neighbours,
/// EquivalentFipsCode (the comment at the start of the file). All countries are imported, regardless of the selected
/// ones, because neighbours can refer to any country.
/// </summary>
/// <param name="codes">Receives the codes of the countries.</param>
/// <param name="places">Receives the ids of the countries whose places are imported.</param>
/// <param name="includeFormer">Whether countries that no longer exist are imported.</param>
internal sealed class CountryInfoFile(PlaceCodes codes, IdSet places, bool includeFormer) : IRowLoader
{
    public static readonly Table Table = new(
        "countries", "id", "code", "code3", "numeric_code", "name", "capital", "area", "population",
        "continent_id", "tld", "currency_code", "currency_name", "currency_symbol", "phone", "postal_code_format",
        "postal_code_regex", "languages", "neighbours")
    {
        IsWorldwide = true,
        IsNeverDeleted = true,
    };

    /// <summary>
    /// The codes of the countries that no longer exist, as in django-cities: Serbia and Montenegro, and the Netherlands
    /// Antilles. GeoNames keeps them in its file.
    /// </summary>
    public static readonly string[] FormerCodes = ["CS", "AN"];

    private readonly IdSet _ids = new();

    public int ColumnCount => 19;

    Table IRowLoader.Table => Table;

    public void Load(in Row row, CopyWriter copy)
    {
        var code = row.Required(0, "ISO");
        if (code is not [>= (byte)'A' and <= (byte)'Z', >= (byte)'A' and <= (byte)'Z'])
            throw row.Malformed(0, "ISO", "is not an ISO 3166-1 alpha-2 code");
        if (!includeFormer && IsFormer(code))
            return;
        var code3 = row.Required(1, "ISO3");
        var numeric = row.Int32(2, "ISO-Numeric");
        var name = row.Name(4, "Country");
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
        copy.OptionalText(row[5]);
        copy.OptionalDouble(area);
        copy.Int64(population);
        copy.Int32(continent);
        copy.OptionalText(row[9]);
        copy.OptionalText(row[10]);
        copy.OptionalText(row[11]);
        copy.OptionalText(Encoding.UTF8.GetBytes(CurrencySymbols.Find(Encoding.UTF8.GetString(row[10])) ?? ""));
        copy.OptionalText(row[12]);
        copy.OptionalText(row[13]);
        copy.OptionalText(row[14]);
        copy.TextArray(row[15]);
        copy.TextArray(row[17]);
    }

    private static bool IsFormer(ReadOnlySpan<byte> code)
    {
        foreach (var former in FormerCodes)
        {
            if (Ascii.Equals(code, former))
                return true;
        }

        return false;
    }

    /// <summary>Adds the missing half of each border: a country is a neighbour of its neighbours.</summary>
    /// <param name="connection">The connection of the import.</param>
    /// <param name="table">The table with the rows of the file.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static Task CompleteNeighboursAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            UPDATE {table} country SET neighbours = country.neighbours || missing.codes
            FROM (
              SELECT neighbour.id, array_agg(country.code ORDER BY country.code) AS codes
              FROM {table} country JOIN {table} neighbour ON neighbour.code = ANY (country.neighbours)
              WHERE country.code <> ALL (neighbour.neighbours)
              GROUP BY neighbour.id) missing
            WHERE missing.id = country.id
            """,
            cancellationToken);

    /// <summary>Deletes the countries that no longer exist, unless other rows refer to them.</summary>
    /// <param name="connection">The connection of the import.</param>
    /// <param name="countries">The load of the countries, which counts the rows.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task DeleteFormerAsync(
        NpgsqlConnection connection, TableLoad countries, CancellationToken cancellationToken)
    {
        string[] referrers = ["regions", "subregions", "cities", "districts", "postal_codes", "time_zones"];
        var isUsed = string.Join(
            " OR ", referrers.Select(table => $"EXISTS (SELECT FROM {table} WHERE country_id = country.id)"));
        countries.Changes.Deleted += await connection.ExecuteAsync(
            $"DELETE FROM countries country WHERE code = ANY ($1) AND NOT ({isUsed})",
            cancellationToken,
            [FormerCodes]);
    }
}

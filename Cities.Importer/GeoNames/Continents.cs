using System.Text;
using Cities.Importer.Database;

namespace Cities.Importer.GeoNames;

/// <summary>
/// The continents. GeoNames publishes no file of them, but lists their codes and ids in the readme of its download
/// server.
/// </summary>
internal static class Continents
{
    public static readonly Table Table = new("continents", "id", "code", "name")
    {
        IsWorldwide = true,
        IsNeverDeleted = true,
    };

    private static readonly (int Id, string Code, string Name)[] All =
    [
        (6255146, "AF", "Africa"),
        (6255147, "AS", "Asia"),
        (6255148, "EU", "Europe"),
        (6255149, "NA", "North America"),
        (6255150, "SA", "South America"),
        (6255151, "OC", "Oceania"),
        (6255152, "AN", "Antarctica"),
    ];

    /// <param name="copy">Receives the rows.</param>
    /// <param name="places">Receives the ids.</param>
    public static void Load(CopyWriter copy, IdSet places)
    {
        foreach (var (id, code, name) in All)
        {
            places.TryAdd(id);
            copy.BeginRow();
            copy.Int32(id);
            copy.Text(Encoding.UTF8.GetBytes(code));
            copy.Text(Encoding.UTF8.GetBytes(name));
        }
    }

    /// <summary>Gets the id of a continent from its code.</summary>
    /// <exception cref="MalformedRowException">The code is unknown.</exception>
    public static int Find(in Row row, int column)
    {
        foreach (var continent in All)
        {
            if (Ascii.Equals(row[column], continent.Code))
                return continent.Id;
        }

        throw row.Malformed(column, "continent code", "is not one of AF, AN, AS, EU, NA, OC, SA");
    }
}

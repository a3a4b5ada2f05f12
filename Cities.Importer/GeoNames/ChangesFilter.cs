using Cities.Data;

namespace Cities.Importer.GeoNames;

/// <summary>
/// Selects the changed places to import: those that the file of places would contain. GeoNames' readme describes the
/// files of populated places. For example, <c>cities1000</c> contains "all cities with a population &gt; 1000 or seats
/// of adm div down to PPLA3".
/// </summary>
internal sealed class ChangesFilter(
    DataKinds kinds, long minimumPopulation, IEnumerable<string> featureCodes, string places)
    : PlaceFilter(kinds, minimumPopulation, featureCodes)
{
    private static readonly Dictionary<string, (long Population, string[] Seats)> Files = new()
    {
        ["cities500"] = (500, ["PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4"]),
        ["cities1000"] = (1000, ["PPLC", "PPLA", "PPLA2", "PPLA3"]),
        ["cities5000"] = (5000, ["PPLC", "PPLA"]),
        ["cities15000"] = (15000, ["PPLC"]),
    };

    private readonly (long Population, string[] Seats)? _file = Files.TryGetValue(places, out var file) ? file : null;

    public override bool Includes(ReadOnlySpan<byte> featureCode, long population)
    {
        if (!base.Includes(featureCode, population))
            return false;
        if (_file is not { } file || population > file.Population)
            return true;
        foreach (var seat in file.Seats)
        {
            if (System.Text.Ascii.Equals(featureCode, seat))
                return true;
        }

        return false;
    }
}

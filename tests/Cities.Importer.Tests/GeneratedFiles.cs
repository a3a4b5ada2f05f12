namespace Cities.Importer.Tests;

/// <summary>
/// Every file that an import reads, in versions that differ in every row, some of which are gone and some new: so a mix of
/// two versions shows wherever one looks.
/// </summary>
internal static class GeneratedFiles
{
    public const int Cities = 3000;

    /// <summary>A district that every version has, and in every version of a city that every version has.</summary>
    public const int LastingDistrict = FirstDistrict + 100;

    private const int Districts = 500;
    private const int FirstCity = 1_000_000;
    private const int FirstDistrict = 2_000_000;
    private const int FirstName = 3_000_000;

    /// <summary>
    /// A query for the versions of the rows that are there, and how many rows: "1: 9503" where all are of the first.
    /// </summary>
    public const string Versions =
        """
        SELECT coalesce(string_agg(DISTINCT version, ' '), 'none') || ': ' || count(*)
        FROM (
          SELECT population::text AS version FROM cities
          UNION ALL SELECT population::text FROM districts
          UNION ALL SELECT ST_X(location)::text FROM postal_codes
          UNION ALL SELECT substring(name FROM 'Name (.*)') FROM alternative_names
          UNION ALL SELECT substring(name FROM 'England (.*)') FROM regions
          UNION ALL SELECT raw_offset::text FROM time_zones) AS rows
        """;

    /// <summary>What <see cref="Versions"/> gives where all of a version is there.</summary>
    public static string Whole(int version) => $"{version}: {Cities + Districts + Cities + Cities + 1 + 1}";

    /// <summary>Writes the files of a version, 1 or more.</summary>
    public static void Write(GeoNamesFolder folder, int version, int cities = Cities)
    {
        folder.Write("dump/admin1CodesASCII.txt", $"GB.ENG\tEngland {version}\tEngland\t6269131");
        folder.Write("dump/GB.zip", [
            .. Rows(cities, i => GeoNamesFolder.Place(
                City(i), $"City {i}", 50 + (i % 500 * 0.01), i % 700 * -0.01, "PPL", "GB", "ENG", "GLA", version)),
            .. Rows(Districts, i => GeoNamesFolder.Place(
                District(i), $"District {i}", 50 + (i % 500 * 0.01), i % 300 * -0.01, "PPLX", "GB", "ENG", "GLA", version)),
        ]);
        folder.Write("dump/hierarchy.zip", Rows(Districts, i => $"{City(i)}\t{District(i)}\t"));
        folder.Write("dump/alternateNamesV2.zip", Rows(
            Cities, i => GeoNamesFolder.Name(FirstName + (version * 50) + i, City(i), "en", $"Name {version}")));
        folder.Write("dump/timeZones.txt", "CountryCode\tTimeZoneId\tGMT offset 1. Jan 2024\tDST offset 1. Jul 2024\trawOffset",
            $"GB\tEurope/London\t0\t1\t{version}");
        folder.Write("zip/GB.zip", Rows(Cities, i => GeoNamesFolder.PostalCode($"N{(version * 20) + i}", "Place", 50, version)));

        int City(int i) => FirstCity + (version * 20) + i;
        int District(int i) => FirstDistrict + (version * 10) + i;
    }

    private static string[] Rows(int count, Func<int, string> row) => [.. Enumerable.Range(0, count).Select(row)];
}

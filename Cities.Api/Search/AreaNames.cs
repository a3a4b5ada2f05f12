namespace Cities.Api.Search;

/// <summary>
/// The ids of countries and divisions, which a client names by names, codes or ids.
/// </summary>
internal static class AreaNames
{
    /// <summary>Makes an array of the ids of countries.</summary>
    public static SqlText Countries(string[] names) =>
        $"""
        ARRAY(
          {WithName(names)}
          UNION
          SELECT countries.id FROM countries, unnest({names}) requested
          WHERE code = upper(requested) OR code3 = upper(requested) OR countries.id::text = requested
          UNION
          SELECT countries.id FROM {Spellings(names)} JOIN countries ON countries.search_text COLLATE "C" = spelling)
        """;

    /// <summary>Makes an array of the ids of regions and subregions.</summary>
    public static SqlText Divisions(string[] names) =>
        $"""
        ARRAY(
          {WithName(names)}
          UNION
          SELECT requested::int FROM unnest({names}) requested
          WHERE requested ~ '^[0-9]+$' AND length(requested) < 10
          UNION
          SELECT regions.id FROM unnest({names}) requested
          JOIN regions ON regions.code = upper(requested) AND code ~ '^[A-Z]'
          UNION
          SELECT regions.id FROM unnest({names}) requested
          JOIN countries ON countries.code = upper(split_part(requested, '.', 1))
          JOIN regions ON regions.country_id = countries.id
            AND regions.code = upper(split_part(requested, '.', 2))
          UNION
          SELECT regions.id FROM {Spellings(names)} JOIN regions ON regions.search_text COLLATE "C" = spelling
          UNION
          SELECT subregions.id FROM {Spellings(names)}
          JOIN subregions ON subregions.search_text COLLATE "C" = spelling)
        """;

    private static SqlText WithName(string[] names) =>
        $"""
        SELECT geoname_id FROM {Spellings(names)}
        JOIN alternative_names ON alternative_names.search_text COLLATE "C" = spelling
        """;

    private static SqlText Spellings(string[] names) =>
        $"unnest({names}) requested CROSS JOIN search_variants(search_text(normalize(requested, NFC))) spelling";
}

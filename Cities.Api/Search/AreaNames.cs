namespace Cities.Api.Search;

/// <summary>
/// Conditions that places are in countries or divisions, which a client names by names, codes or ids.
/// </summary>
internal static class AreaNames
{
    /// <summary>Makes the condition that a place is in one of the countries.</summary>
    public static SqlText IsInCountry(string[] names) =>
        $"""
        place.country_id = ANY (ARRAY(
          {WithName(names)}
          UNION ALL
          SELECT countries.id FROM countries, unnest({names}) requested
          WHERE code = upper(requested) OR code3 = upper(requested) OR countries.id::text = requested
            OR countries.search_text COLLATE "C" IN (SELECT search_variants(search_text(normalize(requested, NFC))))))
        """;

    /// <summary>Makes the condition that a place is in one of the regions or subregions.</summary>
    public static SqlText IsInRegion(string[] names)
    {
        SqlText ids =
            $"""
            ARRAY(
              {WithName(names)}
              UNION ALL
              SELECT requested::int FROM unnest({names}) requested
              WHERE requested ~ '^[0-9]+$' AND length(requested) < 10
              UNION ALL
              SELECT regions.id FROM unnest({names}) requested
              JOIN regions ON regions.code = upper(requested) AND code ~ '^[A-Z]'
              UNION ALL
              SELECT regions.id FROM unnest({names}) requested
              JOIN countries ON countries.code = upper(split_part(requested, '.', 1))
              JOIN regions ON regions.country_id = countries.id
                AND regions.code = upper(split_part(requested, '.', 2))
              UNION ALL
              SELECT regions.id FROM {Spellings(names)} JOIN regions ON regions.search_text COLLATE "C" = spelling
              UNION ALL
              SELECT subregions.id FROM {Spellings(names)}
              JOIN subregions ON subregions.search_text COLLATE "C" = spelling)
            """;
        return $"(place.region_id = ANY ({ids}) OR place.subregion_id = ANY ({ids}))";
    }

    private static SqlText WithName(string[] names) =>
        $"""
        SELECT geoname_id FROM {Spellings(names)}
        JOIN alternative_names ON alternative_names.search_text COLLATE "C" = spelling
        """;

    private static SqlText Spellings(string[] names) =>
        $"unnest({names}) requested CROSS JOIN search_variants(search_text(normalize(requested, NFC))) spelling";
}

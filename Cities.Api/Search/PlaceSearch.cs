namespace Cities.Api.Search;

/// <summary>
/// The search for places by name. All rules of the ranking are in this file: how names match, how important places are,
/// and how the two make the order. The data has the rest: names, codes, divisions and populations.
/// <para>
/// A query is read in several ways: all of its words as the name of a place, or some of them as the name and the others
/// as the country, region or subregion that the place is in (<c>Paris, Texas</c>; <c>paris tx</c>). Countries and
/// divisions match by name, by alternative name in any language, and by code. A place that is found in two ways has the
/// better score.
/// </para>
/// </summary>
internal static class PlaceSearch
{
    /// <summary>
    /// The least number of bytes in UTF-8 for beginnings of alternative names: three letters of Latin script, two of
    /// Cyrillic, Greek, Hebrew or Arabic, or one Chinese character. Fewer occur in too many names.
    /// </summary>
    private const int MinimumBytes = 3;

    /// <summary>The number of names that are searched for beginnings, where an index has them in order.</summary>
    private const int MaximumNames = 3000;

    private static readonly SqlText Cities = $"SELECT place.* FROM cities place";

    /// <summary>
    /// The importance of a place with a population, from 0 to about 1: the cube of the order of magnitude, so that a
    /// city of millions stands out among towns. A population that is not known counts as 300.
    /// </summary>
    private const string Importance = "power(log(greatest(population, 300)) / 8, 3)";

    private const string CityImportance =
        $"{Importance} + CASE feature_code WHEN 'PPLC' THEN 0.1 WHEN 'PPLA' THEN 0.01 ELSE 0 END";

    /// <summary>
    /// Divisions are as important as their seats, but come after a city of the same name. A division without a seat in
    /// the data counts as a small town.
    /// </summary>
    private const string DivisionImportance = $"coalesce(max({Importance}), 0.05) - 0.02";

    private const string CountryImportance = "power(log(greatest(population, 300)) / 9, 3) + 0.1";

    /// <summary>The branches of the union of all places, by type.</summary>
    private static readonly Dictionary<string, string> Branches = new()
    {
        ["city"] =
            $"""
            SELECT 'city' AS type, id, name, ascii_name, slug, search_text, feature_code, country_id, region_id,
              subregion_id, NULL::int AS city_id, NULL AS place_name, population, elevation, timezone, location,
              modified_on,
              {CityImportance} AS importance, NULL::bigint AS postal_code_id
            FROM cities
            """,
        ["district"] =
            $"""
            SELECT 'district', id, name, ascii_name, slug, search_text, 'PPLX', country_id, region_id, subregion_id,
              city_id, NULL, population, elevation, timezone, location, modified_on, {Importance} - 0.05, NULL
            FROM districts
            """,
        ["country"] =
            $"""
            SELECT 'country', id, name, search_text, slug, search_text, 'PCLI', id, NULL, NULL, NULL, NULL, population,
              NULL, NULL,
              (SELECT location FROM cities WHERE cities.country_id = countries.id AND feature_code = 'PPLC' LIMIT 1),
              NULL, {CountryImportance}, NULL
            FROM countries
            """,
        ["region"] =
            $"""
            SELECT 'region', id, name, ascii_name, slug, search_text, 'ADM1', country_id, id, NULL, NULL, NULL, NULL,
              NULL, NULL,
              (SELECT location FROM cities WHERE cities.region_id = regions.id AND feature_code IN ('PPLC', 'PPLA')
               ORDER BY population DESC LIMIT 1),
              NULL,
              (SELECT {DivisionImportance} FROM cities
               WHERE cities.region_id = regions.id AND feature_code IN ('PPLC', 'PPLA')), NULL
            FROM regions
            """,
        ["subregion"] =
            $"""
            SELECT 'subregion', id, name, ascii_name, slug, search_text, 'ADM2', country_id, region_id, id, NULL, NULL,
              NULL, NULL, NULL,
              (SELECT location FROM cities WHERE cities.subregion_id = subregions.id AND feature_code = 'PPLA2'
               ORDER BY population DESC LIMIT 1),
              NULL,
              (SELECT {DivisionImportance} FROM cities
               WHERE cities.subregion_id = subregions.id AND feature_code = 'PPLA2'),
              NULL
            FROM subregions
            """,
        ["postalCode"] =
            """
            SELECT 'postalCode', NULL, code, code, NULL, NULL, NULL, country_id, region_id, subregion_id, NULL,
              place_name, NULL, NULL, NULL, location, NULL, 0, id
            FROM postal_codes
            """,
    };

    /// <summary>How good a match with an alternative name is, in relation to one with the place's own name.</summary>
    private const string AlternativeNameQuality =
        """
        CASE
          WHEN name.is_historic OR name.is_colloquial THEN 0.75
          WHEN name.language IS NULL AND name.kind <> 10 THEN 0.8
          ELSE 0.85
        END
        """;

    /// <summary>
    /// Sets the least similarity of names that are alike, in trigrams: two typing errors leave a fourth of those of 10
    /// letters, and more than half of those of 25. A lower threshold would read many more names of a long text.
    /// </summary>
    private const string SetThreshold =
        "set_config('pg_trgm.similarity_threshold', least(0.5, greatest(0.25, length(text) / 50.0))::text, true)";

    /// <summary>The condition that no better match is found.</summary>
    private const string IsUnknown =
        """
        NOT EXISTS (
          SELECT FROM equal UNION ALL SELECT FROM beginning UNION ALL SELECT FROM almost UNION ALL SELECT FROM coded)
        """;

    /// <summary>The condition that a place is in the areas of a reading, and is none of them itself.</summary>
    private const string IsInArea =
        """
        (reading.country_id IS NULL OR place.country_id = reading.country_id)
        AND (reading.region_id IS NULL OR place.region_id = reading.region_id)
        AND (reading.subregion_id IS NULL OR place.subregion_id = reading.subregion_id)
        AND place.id IS DISTINCT FROM coalesce(reading.named_region_id, reading.named_country_id)
        """;

    /// <summary>
    /// The ways to read the words of the query: the text of a name, the area that the place is in, and the divisions
    /// and countries that the query names. Each way is in all spellings of its text.
    /// </summary>
    private const string Readings =
        """
        -- Sequences of up to all words but one. Longer queries name no area.
        segments AS MATERIALIZED (
          SELECT first, last, spelling AS text
          FROM query, generate_series(1, n) first, generate_series(first, n) last,
            search_variants(array_to_string(words[first:last], ' ')) spelling
          WHERE n BETWEEN 2 AND 8 AND (first > 1 OR last < n)),
        -- Countries, regions and subregions that a sequence of words names.
        areas AS MATERIALIZED (
          SELECT DISTINCT first, last, area.*
          FROM segments, LATERAL (
            SELECT id AS country_id, NULL::int AS region_id, NULL::int AS subregion_id, false AS is_code
            FROM countries WHERE search_text COLLATE "C" = text
            UNION ALL
            SELECT id, NULL, NULL, true FROM countries WHERE code = upper(text) OR code3 = upper(text)
            UNION ALL
            SELECT country_id, id, NULL, false FROM regions WHERE search_text COLLATE "C" = text
            UNION ALL
            SELECT country_id, id, NULL, true FROM regions WHERE code = upper(text) AND code ~ '^[A-Z]'
            UNION ALL
            SELECT country_id, region_id, id, false FROM subregions WHERE search_text COLLATE "C" = text
            UNION ALL
            SELECT place.*, name.kind = 10
            FROM alternative_names name, LATERAL (
              SELECT id, NULL::int, NULL::int FROM countries WHERE id = name.geoname_id
              UNION ALL
              SELECT country_id, id, NULL FROM regions WHERE id = name.geoname_id
              UNION ALL
              SELECT country_id, region_id, id FROM subregions WHERE id = name.geoname_id) place
            WHERE name.search_text COLLATE "C" = text) area),
        named_areas AS (
          SELECT first, last, country_id, region_id, subregion_id, is_code,
            coalesce(subregion_id, region_id) AS named_region_id,
            CASE WHEN region_id IS NULL AND subregion_id IS NULL THEN country_id END AS named_country_id
          FROM areas),
        readings AS MATERIALIZED (
          SELECT DISTINCT ON (spelling, country_id, region_id, subregion_id)
            spelling AS text, country_id, region_id, subregion_id, named_region_id, named_country_id, penalty
          FROM (
            SELECT text, NULL::int AS country_id, NULL::int AS region_id, NULL::int AS subregion_id,
              NULL::int AS named_region_id, NULL::int AS named_country_id, 0.0 AS penalty
            FROM query
            UNION ALL
            -- Paris, Texas
            SELECT array_to_string(words[1:first - 1], ' '), country_id, region_id, subregion_id, named_region_id,
              named_country_id, 0.0
            FROM query, named_areas WHERE last = n
            UNION ALL
            -- Paris, Texas, United States
            SELECT array_to_string(words[1:inner_area.first - 1], ' '), inner_area.country_id, inner_area.region_id,
              inner_area.subregion_id, inner_area.named_region_id, outer_area.named_country_id, 0.0
            FROM query, named_areas inner_area
            JOIN named_areas outer_area ON outer_area.first = inner_area.last + 1
              AND outer_area.country_id = inner_area.country_id
              AND (outer_area.region_id IS NULL OR outer_area.region_id = inner_area.region_id)
            WHERE outer_area.last = n AND inner_area.named_region_id IS NOT NULL AND outer_area.subregion_id IS NULL
            UNION ALL
            -- Texas Paris. A code before a name would be too many things: la, de, san.
            SELECT array_to_string(words[last + 1:n], ' '), country_id, region_id, subregion_id, named_region_id,
              named_country_id, 0.05
            FROM query, named_areas WHERE first = 1 AND NOT is_code) ways, search_variants(text) spelling
          WHERE text <> ''
          ORDER BY spelling, country_id, region_id, subregion_id, penalty, named_country_id)
        """;

    /// <summary>Makes the query for the places that a text names.</summary>
    /// <param name="query">A query of search results, with the conditions that the places meet.</param>
    /// <param name="text">The text.</param>
    /// <param name="types">The types of results, of <see cref="SearchResults.Types"/>.</param>
    /// <param name="nearWeight">The weight of the proximity to the point of the query, if it has one.</param>
    /// <param name="candidates">The number of places to consider of each kind of match.</param>
    /// <param name="samples">Queries for cities to search for short texts, besides the largest.</param>
    public static FeatureQuery Find(
        FeatureQuery query,
        string text,
        IReadOnlyCollection<string> types,
        double nearWeight,
        int candidates,
        IEnumerable<SqlText> samples)
    {
        if (!SearchText.HasWord(text))
            return Without(query, $"({Union([])}) place");

        // Beside the point 1, at 50 km a half, at 500 km a tenth. Places without a location have none.
        SqlText? proximity =
            query.Point is null ? null : (SqlText)$" + {nearWeight} * coalesce(1 / (1 + {query.Distance} / 50000), 0)";
        SqlText best = $"ORDER BY place.importance{proximity} DESC LIMIT {Number(candidates)}";
        // Candidates meet the conditions before the best of them are chosen.
        SqlText places = From(types.Where(type => type != "postalCode"));
        SqlText divisions = From(types.Where(type => type is not ("city" or "postalCode")));
        SqlText postalCodes = From(types.Where(type => type == "postalCode"));
        SqlText named =
            $"""
            (SELECT place.*, name.name AS matched, name.search_text AS matched_text, name.language,
               {SqlText.Constant(AlternativeNameQuality)} AS quality
             FROM name CROSS JOIN LATERAL (SELECT * FROM {places} WHERE place.id = name.geoname_id LIMIT 1) place) place
            """;
        SqlText isInArea = SqlText.Constant(IsInArea);
        SqlText isLong = $"octet_length(text) >= {Number(MinimumBytes)}";
        var isUnknown = SqlText.Constant(IsUnknown);

        return query.From(
            $"""
            (WITH query AS MATERIALIZED (
              SELECT text, words, cardinality(words) AS n, {SqlText.Constant(SetThreshold)}
              FROM (SELECT search_text(normalize({text}, NFC)) AS text) normalized, string_to_array(text, ' ') words),
            {SqlText.Constant(Readings)},
            equal AS MATERIALIZED (
              SELECT place.type, place.id, place.name AS matched, NULL AS language,
                {Score($"1 - penalty")} AS score, named_region_id, named_country_id
              FROM readings reading, LATERAL (
                SELECT * FROM {places}
                WHERE place.search_text COLLATE "C" = reading.text AND {isInArea} {best}) place
              UNION ALL
              SELECT place.type, place.id, place.matched, place.language,
                {Score($"place.quality - penalty")}, named_region_id, named_country_id
              FROM readings reading, LATERAL (
                WITH name AS (SELECT * FROM alternative_names WHERE search_text COLLATE "C" = reading.text)
                SELECT * FROM {named} WHERE {isInArea} {best}) place),
            beginning AS MATERIALIZED (
              SELECT place.type, place.id, place.name AS matched, NULL AS language,
                {Score($"0.65 + 0.2 * length(reading.text) / length(place.search_text)")} AS score
              FROM readings reading, LATERAL (
                SELECT * FROM {places}
                WHERE place.type = 'city' AND place.id = ANY (ARRAY({CitiesThatBegin(samples)})) {best}) place
              WHERE reading.country_id IS NULL
              UNION ALL
              SELECT place.type, place.id, place.name, NULL,
                {Score($"0.65 + 0.2 * length(reading.text) / length(place.search_text)")}
              FROM readings reading, LATERAL (SELECT * FROM {divisions} WHERE {BeginsWith("place")} {best}) place
              WHERE reading.country_id IS NULL
              UNION ALL
              SELECT place.type, place.id, place.matched, place.language,
                {Score($"(0.65 + 0.2 * length(reading.text) / length(place.matched_text)) * place.quality")}
              FROM readings reading, LATERAL (
                WITH name AS (
                  SELECT * FROM alternative_names name WHERE {BeginsWith("name")} LIMIT {Number(MaximumNames)})
                SELECT * FROM {named} {best}) place
              WHERE reading.country_id IS NULL AND {isLong}),
            misspelt AS MATERIALIZED (
              SELECT reading.*, edits.edits, edits.likely
              FROM readings reading, LATERAL (
                SELECT array_agg(edit) AS edits, array_agg(edit) FILTER (WHERE is_likely) AS likely
                FROM search_edits(reading.text)) edits
              WHERE NOT EXISTS (SELECT FROM equal) AND length(reading.text) BETWEEN 4 AND 50),
            almost AS MATERIALIZED (
              SELECT place.type, place.id, place.name AS matched, NULL AS language,
                {Score($"CASE WHEN place.search_text = ANY (reading.likely) THEN 0.75 ELSE 0.62 END")} AS score,
                named_region_id, named_country_id
              FROM misspelt reading, LATERAL (
                SELECT * FROM {places}
                WHERE place.search_text COLLATE "C" = ANY (reading.edits) AND {isInArea} {best}) place
              UNION ALL
              SELECT place.type, place.id, place.matched, place.language,
                {Score($"CASE WHEN place.matched_text = ANY (reading.likely) THEN 0.75 ELSE 0.62 END * place.quality")},
                named_region_id, named_country_id
              FROM misspelt reading, LATERAL (
                WITH name AS (SELECT * FROM alternative_names WHERE search_text COLLATE "C" = ANY (reading.edits))
                SELECT * FROM {named} WHERE {isInArea} {best}) place),
            -- Postal codes, alone or with the place or the area that they are in. Larger countries come first.
            codes AS (
              SELECT first, last, n, postal_code_key(array_to_string(words[first:last], ' ')) AS key,
                array_to_string(words[1:first - 1] || words[last + 1:n], ' ') AS others
              FROM query, generate_series(1, n) first, generate_series(first, n) last
              WHERE n <= 8 AND (first = 1 OR last = n) AND array_to_string(words[first:last], ' ') ~ '[0-9]'),
            coded AS (
              SELECT place.type, NULL::int AS id, place.name AS matched, NULL AS language,
                1.2 + 0.1 * (SELECT {SqlText.Constant(CountryImportance)} FROM countries WHERE id = place.country_id)
                  {proximity} AS score,
                NULL::int, NULL::int, place.postal_code_id
              FROM codes, LATERAL (
                SELECT * FROM {postalCodes}
                WHERE place.postal_code_id = ANY (ARRAY({PostalCodeFilter.IdsOf($"codes.key")}))
                  AND (others = ''
                    OR search_text(place.place_name) = ANY (ARRAY(SELECT search_variants(others)))
                    OR EXISTS (
                      SELECT FROM areas
                      WHERE areas.first = CASE codes.first WHEN 1 THEN codes.last + 1 ELSE 1 END
                        AND areas.last = CASE codes.first WHEN 1 THEN n ELSE codes.first - 1 END
                        AND areas.country_id = place.country_id
                        AND (areas.region_id IS NULL OR areas.region_id = place.region_id)))
                LIMIT {Number(candidates)}) place),
            alike AS (
              SELECT place.type, place.id, place.name AS matched, NULL AS language,
                {Score($"0.7 * similarity(place.search_text, text)")} AS score
              FROM query, LATERAL (
                SELECT * FROM {places}
                WHERE place.search_text % text AND place.type IN ('city', 'district')
                ORDER BY similarity(place.search_text, text) DESC, place.population DESC
                LIMIT {Number(candidates)}) place
              WHERE {isUnknown} AND {isLong}
              UNION ALL
              SELECT place.type, place.id, place.matched, place.language,
                {Score($"0.7 * similarity(place.matched_text, text) * place.quality")}
              FROM query, LATERAL (
                WITH name AS (
                  SELECT * FROM alternative_names WHERE search_text % text
                  ORDER BY similarity(search_text, text) DESC, id LIMIT {Number(candidates)})
                SELECT * FROM {named}) place
              WHERE {isUnknown} AND {isLong})
            SELECT DISTINCT ON (id, postal_code_id) *
            FROM (
              SELECT *, NULL::bigint AS postal_code_id FROM equal
              UNION ALL SELECT *, NULL FROM almost
              UNION ALL SELECT *, NULL, NULL, NULL FROM beginning
              UNION ALL SELECT *, NULL, NULL, NULL FROM alike
              UNION ALL SELECT * FROM coded) every
            ORDER BY id, postal_code_id, score DESC, matched, language) match
            CROSS JOIN LATERAL (
              SELECT * FROM ({Union(SearchResults.Types)}) place
              WHERE place.type = match.type
                AND (place.id = match.id OR place.postal_code_id = match.postal_code_id) LIMIT 1) place
            {SearchResults.Collection.Joins}
            """,
            $"match.score DESC, match.postal_code_id");

        SqlText From(IEnumerable<string> kinds) => $"(SELECT * FROM ({Union(kinds)}) place {query.Conditions}) place";

        SqlText Score(SqlText match) => $"({match}) * (1 + place.importance){proximity}";
    }

    /// <summary>Makes the query for the city at a point: the nearest one.</summary>
    /// <param name="query">A query of search results, with the conditions that the places meet.</param>
    /// <param name="longitude">Degrees, east positive.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    /// <param name="types">The types of results, of <see cref="SearchResults.Types"/>.</param>
    public static FeatureQuery FindAt(
        FeatureQuery query, double longitude, double latitude, IReadOnlyCollection<string> types)
    {
        query = query.Near(longitude, latitude);
        return Without(
            query,
            $"""
            (SELECT * FROM ({Union(types.Where(type => type == "city"))}) place {query.Conditions}
             ORDER BY {query.Collection.Geography} <-> {query.Point!} LIMIT 1) place
            """);
    }

    /// <summary>Makes a query for places that match no name.</summary>
    private static FeatureQuery Without(FeatureQuery query, SqlText places) => query.From(
        $"""
        {places}
        CROSS JOIN (SELECT NULL AS matched, NULL AS language, 1.0::float8 AS score, NULL::int AS named_region_id,
          NULL::int AS named_country_id) match
        {SearchResults.Collection.Joins}
        """,
        $"match.score DESC");

    /// <summary>A sample of the cities: the nearest to a point.</summary>
    public static SqlText Nearest(SqlText point) =>
        $"{Cities} ORDER BY place.location::geography <-> {point} LIMIT {Number(MaximumNames)}";

    /// <summary>
    /// A sample of the cities: those in countries or divisions, all of them if they are not too many.
    /// </summary>
    /// <param name="ids">An array of GeoNames ids.</param>
    public static SqlText Within(SqlText ids) =>
        $"""
        SELECT place.* FROM unnest({ids}) area (id) CROSS JOIN LATERAL (
          {Cities} WHERE place.country_id = area.id
          UNION ALL {Cities} WHERE place.region_id = area.id
          UNION ALL {Cities} WHERE place.subregion_id = area.id) place
        LIMIT {Number(MaximumNames * 5)}
        """;

    /// <summary>
    /// Cities whose names begin with the text of the reading. A short text begins too many names to read them all. Then
    /// the first in the order of names, the largest cities, and those in the samples are searched.
    /// </summary>
    private static SqlText CitiesThatBegin(IEnumerable<SqlText> samples)
    {
        SqlText largest = $"{Cities} ORDER BY population DESC, id DESC LIMIT {Number(MaximumNames)}";
        var sampled = samples.Prepend(largest).Select(sample => (SqlText)
            $"""
            (SELECT place.id FROM ({sample}) place
             WHERE (SELECT count(*) FROM first) = {Number(MaximumNames)}
               AND starts_with(place.search_text, reading.text))
            """);
        return
            $"""
            WITH first AS MATERIALIZED (
              SELECT id FROM cities place WHERE {BeginsWith("place")}
              ORDER BY place.search_text COLLATE "C" LIMIT {Number(MaximumNames)})
            SELECT id FROM first UNION {SqlText.Join(" UNION ", sampled)}
            """;
    }

    /// <summary>The condition that a name is longer than the text of the reading, and begins with it.</summary>
    private static SqlText BeginsWith(string alias)
    {
        var text = SqlText.Constant($"{alias}.search_text");
        return $"{SearchText.BeginsWith(text, $"reading.text")} AND {text} <> reading.text";
    }

    /// <summary>The places of some types, with the columns of all.</summary>
    private static SqlText Union(IEnumerable<string> types)
    {
        // The first branch has the names of the columns.
        var cities = types.Contains("city") ? Branches["city"] : $"{Branches["city"]} WHERE false";
        var others = types.Where(type => type != "city" && Branches.ContainsKey(type)).Select(type => Branches[type]);
        return SqlText.Constant(string.Join(" UNION ALL ", others.Prepend(cities)));
    }

    private static SqlText Number(int number) => SqlText.Constant(number.ToString(CultureInfo.InvariantCulture));
}

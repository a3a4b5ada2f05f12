namespace Cities.Api.Search;

/// <summary>
/// The search for cities and districts by name. Names equal to the text come first, then names that begin with it,
/// then, if these are too few, similar names (trigrams, for typing errors); among equals, the larger place. A place's
/// own name ranks before its alternative names. The database's function <c>search_text</c> removes case and accents
/// from names and text.
/// </summary>
internal static class CitySearch
{
    /// <summary>
    /// The least number of letters for a search of parts of names. Fewer letters occur in too many names.
    /// </summary>
    private const int MinimumLength = 3;

    /// <summary>
    /// The least number of bytes in UTF-8 for a search among alternative and similar names: three letters of Latin
    /// script, two of Cyrillic, Greek, Hebrew or Arabic, or one Chinese character. Fewer occur in too many names.
    /// </summary>
    private const int MinimumBytes = 3;

    /// <summary>The columns that cities and districts have in common.</summary>
    private const string CommonColumns =
        "id, name, ascii_name, slug, search_text, country_id, region_id, subregion_id, population, elevation, "
        + "timezone, location, modified_on";

    /// <summary>The collection of search results. Districts have the columns of cities, with the same alias.</summary>
    public static Collection Results { get; } = CityCollections.Cities with
    {
        Name = "search",
        Title = "Search results",
        Description = "Cities and districts with a name that matches.",
        Table =
            $"""
            (SELECT {SqlText.Constant(CommonColumns)}, feature_code, NULL::int AS city_id FROM cities
             UNION ALL
             SELECT {SqlText.Constant(CommonColumns)}, 'PPLX', city_id FROM districts) city
            """,
        Joins = $"{PlaceFields.JoinSubregion("city")} LEFT JOIN cities parent ON parent.id = city.city_id",
        Orders = new Dictionary<string, SqlText>(),
        Fields =
        [
            .. CityCollections.Cities.Fields.Where(field => !field.IsDistance).Select(field => field with
            {
                IsDefault = field.IsDefault || field.Name is "country" or "countryCode" or "population",
            }),
            new(
                "type",
                "CASE city.feature_code WHEN 'PPLX' THEN 'district' ELSE 'city' END",
                FieldType.Text,
                "What the place is: city or district.",
                "city")
            {
                Values = ["city", "district"],
            },
            new(
                "city",
                "parent.name",
                FieldType.Text,
                "Name of the city that a district belongs to, if there is one.",
                null),
            .. PlaceFields.Optional(
                new Field(
                    "cityId",
                    "city.city_id",
                    FieldType.Integer,
                    "GeoNames id of the city that a district belongs to, if there is one.",
                    null)),
            new("matchedName", "match.matched", FieldType.Text, "The name that matches.", "London"),
            new(
                "matchedLanguage",
                "match.language",
                FieldType.Text,
                "The language of the name that matches, if it is an alternative name with a language.",
                null),
            new(
                "score",
                "match.score",
                FieldType.Number,
                "Quality of the match: 3 equal, 2 begins with the query; half a point less for an alternative name; "
                + "below 1 the similarity, weighted by population.",
                0.614),
            CityCollections.Cities.Fields.Single(field => field.IsDistance),
        ],
    };

    /// <summary>The collection of suggestions.</summary>
    public static Collection Suggestions { get; } = CityCollections.Cities with
    {
        Name = "suggestions",
        Fields = [.. CityCollections.Cities.Fields
            .Where(field => !field.IsDistance)
            .Select(field => field with { IsDefault = field.Name is "id" or "name" })],
    };

    /// <summary>Makes the query for suggestions.</summary>
    /// <param name="text">A part of a name, or null for all cities.</param>
    public static FeatureQuery ToSuggestions(string? text)
    {
        var query = new FeatureQuery(Suggestions);
        if (string.IsNullOrEmpty(text))
            return query;
        SqlText q = $"search_text({text})";
        // All names that a short text finds begin with it: an index has them in order.
        return text.Length < MinimumLength
            ? query
                .Where(
                    $"city.search_text COLLATE \"C\" >= {q} AND city.search_text COLLATE \"C\" < {q} || chr(1114111)")
                .From(Suggestions.Joined, $"city.population DESC")
            : query
                .Where($"city.search_text LIKE '%' || {LikePattern.Sql(q)} || '%'")
                .From(Suggestions.Joined, $"starts_with(city.search_text, {q}) DESC, city.population DESC");
    }

    /// <summary>Makes the query for search results.</summary>
    /// <param name="text">The text to search for.</param>
    /// <param name="country">Codes or ids of countries, or null.</param>
    /// <param name="near">A point; nearer places are preferred; or null.</param>
    /// <param name="candidates">The number of places to consider of each kind of match.</param>
    public static FeatureQuery ToQuery(string text, string? country, string? near, int candidates)
    {
        var query = new FeatureQuery(Results).WhereNear(near, radius: null);
        SqlText q = $"search_text({text})";
        SqlText length =
            $"octet_length({q}) >= {SqlText.Constant(MinimumBytes.ToString(CultureInfo.InvariantCulture))}";
        var limit = SqlText.Constant(candidates.ToString(CultureInfo.InvariantCulture));
        SqlText? conditions = country is null ? null : (SqlText)$" AND {Filters.CountryCondition(Results, country)}";
        SqlText rank = near is null
            ? $"match.score DESC, city.population DESC"
            // Ten times the population outweighs a little more than three times the distance.
            : (SqlText)$"match.score DESC, ln(city.population + 10) - 2 * ln({query.Distance} / 10000 + 1) DESC";

        // An id is that of a city or that of a district. LIMIT 1 tells the planner so, which otherwise expects many
        // rows.
        return query.From(
            $"""
            (WITH found AS MATERIALIZED (
              (SELECT city.id, city.name AS matched, NULL AS language, 3.0::float8 AS score
               FROM {Results.Table} WHERE city.search_text COLLATE "C" = {q}{conditions}
               ORDER BY city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, city.name, NULL, 2.0
               FROM {Results.Table}
               WHERE city.search_text COLLATE "C" > {q}
                 AND city.search_text COLLATE "C" < {q} || chr(1114111){conditions}
               ORDER BY city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, name.name, name.language, CASE WHEN name.search_text = {q} THEN 2.5 ELSE 1.5 END
               FROM alternative_names name JOIN {Results.Table} ON city.id = name.geoname_id
               WHERE {length} AND name.search_text LIKE {LikePattern.Sql(q)} || '%'{conditions}
               ORDER BY name.search_text <> {q}, city.population DESC LIMIT {limit})),
            alike AS (
              (SELECT city.id, city.name, NULL, {Alike($"city.search_text")} AS score
               FROM {Results.Table}
               WHERE (SELECT count(*) FROM found) < {limit} AND {length} AND city.search_text % {q}{conditions}
               ORDER BY score DESC, city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, name.name, name.language, {Alike($"name.search_text")} * 0.9 AS score
               FROM alternative_names name JOIN {Results.Table} ON city.id = name.geoname_id
               WHERE (SELECT count(*) FROM found) < {limit} AND {length} AND name.search_text % {q}{conditions}
               ORDER BY score DESC, city.population DESC LIMIT {limit}))
            SELECT DISTINCT ON (id) id, matched, language, score
            FROM (SELECT * FROM found UNION ALL SELECT * FROM alike) every
            ORDER BY id, score DESC, matched, language) match
            CROSS JOIN LATERAL (SELECT * FROM {Results.Table} WHERE city.id = match.id LIMIT 1) city
            {Results.Joins}
            """,
            rank);

        // People mistype names that they search for: a large place may be a little less similar. Always below 1.
        SqlText Alike(SqlText name) =>
            $"(0.6 * similarity({name}, {q})::float8 + 0.05 * log(city.population + 1)::float8)";
    }
}

/// <summary>Patterns of SQL's LIKE.</summary>
internal static class LikePattern
{
    /// <summary>
    /// Makes SQL for a text in which percent, underscore and backslash stand for themselves. The database escapes them,
    /// because <c>search_text</c> turns some other characters, such as a full-width percent sign, into these.
    /// </summary>
    /// <param name="text">The SQL for the text.</param>
    public static SqlText Sql(SqlText text) => $@"replace(replace(replace({text}, '\', '\\'), '%', '\%'), '_', '\_')";
}

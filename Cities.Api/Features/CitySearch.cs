using System.Globalization;

namespace Cities.Api.Features;

/// <summary>
/// The search for cities by name. What is equal to the query comes first, then what begins with it, then, where that is not
/// enough, what is similar to it (trigrams, for typing errors); among equals the larger city. Own names rank before alternative
/// ones. Names and query are compared by the database's <c>search_text</c>, without case and accents.
/// </summary>
internal static class CitySearch
{
    /// <summary>Letters from which on alternative and similar names are looked for: fewer are in too many of them.</summary>
    public const int MinimumLength = 3;

    /// <summary>The collection of what is found.</summary>
    public static Collection Collection { get; } = Collections.Cities with
    {
        Name = "search",
        Orders = new Dictionary<string, string>(),
        Fields =
        [
            .. Collections.Cities.Fields.Where(field => field.Name != "distance").Select(field => field with
            {
                IsDefault = field.IsDefault || field.Name is "country" or "countryCode" or "population",
            }),
            new("matchedName", "match.matched", FieldType.Text, "The name that was found."),
            new("matchedLanguage", "match.language", FieldType.Text, "The language of the name that was found, if it is an alternative name that has one."),
            new("score", "match.score", FieldType.Number, "How good the match is: 3 equal, 2 begins with the query; half a point less for an alternative name; below 1 the similarity, weighted by population."),
            Collections.Cities.Fields.Single(field => field.Name == "distance"),
        ],
    };

    /// <summary>The collection of suggestions.</summary>
    public static Collection Suggestions { get; } = Collections.Cities with
    {
        Name = "suggestions",
        Fields = [.. Collections.Cities.Fields
            .Where(field => field.Name != "distance")
            .Select(field => field with { IsDefault = field.Name is "id" or "name" })],
    };

    /// <summary>Makes the query for suggestions.</summary>
    /// <param name="text">A part of a name, or null for all cities.</param>
    public static FeatureQuery ToSuggestions(string? text)
    {
        var query = new FeatureQuery(Suggestions);
        if (string.IsNullOrEmpty(text))
            return query;
        var q = $"search_text({query.Parameter(text)})";
        var isShort = text.Length < MinimumLength;
        query.Where(isShort
            ? $"city.search_text COLLATE \"C\" >= {q} AND city.search_text COLLATE \"C\" < {q} || chr(1114111)"
            : $"city.search_text LIKE '%' || {LikePattern.Sql(q)} || '%'");
        // All names that are found for a short text begin with it: the largest are at the end of an index.
        query.From($"{Suggestions.Table} {Suggestions.Joins}", isShort ? "city.population DESC" : $"starts_with(city.search_text, {q}) DESC, city.population DESC");
        return query;
    }

    /// <summary>Makes the query.</summary>
    /// <param name="text">What is looked for.</param>
    /// <param name="country">Codes or ids of countries, or null.</param>
    /// <param name="near">A point near which cities are preferred, or null.</param>
    /// <param name="candidates">How many cities of each kind of match are considered.</param>
    public static FeatureQuery ToQuery(string text, string? country, string? near, int candidates)
    {
        var query = new FeatureQuery(Collection);
        var q = $"search_text({query.Parameter(text)})";
        var limit = candidates.ToString(CultureInfo.InvariantCulture);
        var conditions = "";
        if (country is not null)
            conditions = $" AND {query.CountryCondition(country)}";
        var rank = "match.score DESC, city.population DESC";
        if (near is not null)
        {
            query.WhereNear(near, radius: null);
            // Ten times the population makes up for three and a bit times the distance.
            rank = $"match.score DESC, ln(city.population + 10) - 2 * ln({query.DistanceSql} / 10000 + 1) DESC";
        }

        query.From(
            $"""
            (WITH found AS MATERIALIZED (
              (SELECT city.id, city.name AS matched, NULL AS language, 3.0::float8 AS score
               FROM cities city WHERE city.search_text COLLATE "C" = {q}{conditions}
               ORDER BY city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, city.name, NULL, 2.0
               FROM cities city
               WHERE city.search_text COLLATE "C" > {q} AND city.search_text COLLATE "C" < {q} || chr(1114111){conditions}
               ORDER BY city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, name.name, name.language, CASE WHEN name.search_text = {q} THEN 2.5 ELSE 1.5 END
               FROM alternative_names name JOIN cities city ON city.id = name.geoname_id
               WHERE length({q}) >= {MinimumLength} AND name.search_text LIKE {LikePattern.Sql(q)} || '%'{conditions}
               ORDER BY name.search_text <> {q}, city.population DESC LIMIT {limit})),
            alike AS (
              (SELECT city.id, city.name, NULL, {Alike("city.search_text")} AS score
               FROM cities city
               WHERE (SELECT count(*) FROM found) < {limit} AND length({q}) >= {MinimumLength} AND city.search_text % {q}{conditions}
               ORDER BY score DESC, city.population DESC LIMIT {limit})
              UNION ALL
              (SELECT city.id, name.name, name.language, {Alike("name.search_text")} * 0.9 AS score
               FROM alternative_names name JOIN cities city ON city.id = name.geoname_id
               WHERE (SELECT count(*) FROM found) < {limit} AND length({q}) >= {MinimumLength} AND name.search_text % {q}{conditions}
               ORDER BY score DESC, city.population DESC LIMIT {limit}))
            SELECT DISTINCT ON (id) id, matched, language, score
            FROM (SELECT * FROM found UNION ALL SELECT * FROM alike) every
            ORDER BY id, score DESC) match
            JOIN {Collection.Table} ON city.id = match.id
            {Collection.Joins}
            """,
            rank);
        return query;

        // Typing errors are made in names that people look for: a large city may be a little less similar. Always below 1.
        string Alike(string name) => $"(0.6 * similarity({name}, {q})::float8 + 0.05 * log(city.population + 1)::float8)";
    }
}

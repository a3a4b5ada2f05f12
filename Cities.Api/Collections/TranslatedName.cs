namespace Cities.Api.Collections;

/// <summary>
/// The name of a place in the languages of a client: the first language that GeoNames has a current, formal name in;
/// preferred names before others, and full names before short ones. A place without such a name keeps its own. Historic
/// and colloquial names never replace it.
/// </summary>
internal static class TranslatedName
{
    /// <summary>Makes the SQL expression of the name.</summary>
    /// <param name="alias">The alias of the table of the places, a constant.</param>
    /// <param name="languages">Lower-case language codes, in the order of preference.</param>
    public static SqlText Sql(string alias, IEnumerable<string> languages)
    {
        SqlText codes = $"{languages.ToArray()}";
        var (id, name) = (SqlText.Constant($"{alias}.id"), SqlText.Constant($"{alias}.name"));
        return
            $"""
            coalesce(
              (SELECT translated.name FROM alternative_names translated
               WHERE translated.geoname_id = {id} AND translated.kind = 1 AND lower(translated.language) = ANY ({codes})
                 AND NOT translated.is_historic AND NOT translated.is_colloquial
               ORDER BY array_position({codes}, lower(translated.language)), translated.is_preferred DESC,
                 translated.is_short, translated.id
               LIMIT 1),
              {name})
            """;
    }
}

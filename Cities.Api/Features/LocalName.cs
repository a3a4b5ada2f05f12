namespace Cities.Api.Features;

/// <summary>
/// Names in the languages that a caller reads: the first of them that GeoNames has a name in, the preferred name before
/// others, those of today before historic ones; a place without one keeps its own name.
/// </summary>
internal static class LocalName
{
    /// <summary>The name of a place.</summary>
    /// <param name="alias">Alias of the place's table.</param>
    /// <param name="languages">SQL for an array of lower-case language codes, in the order of preference.</param>
    public static string Sql(string alias, string languages) =>
        $"""
        coalesce(
          (SELECT local.name FROM alternative_names local
           WHERE local.geoname_id = {alias}.id AND local.kind = 1 AND lower(local.language) = ANY ({languages})
           ORDER BY array_position({languages}, lower(local.language)), local.is_historic, local.is_colloquial,
             local.is_preferred DESC, local.is_short, local.id
           LIMIT 1),
          {alias}.name)
        """;
}

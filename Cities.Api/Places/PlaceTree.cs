namespace Cities.Api.Places;

/// <summary>
/// The places of all types as one tree: continent, country, region, subregion, city, district. The parent of a place is
/// the lowest place above it that GeoNames assigns it to.
/// </summary>
internal static class PlaceTree
{
    /// <summary>The types of places, from the highest level to the lowest.</summary>
    public static readonly string[] Types = ["continent", "country", "region", "subregion", "city", "district"];

    /// <summary>The column with the place of each level above a place, and with the place itself.</summary>
    private static readonly string[] Columns = ["continent_id", "country_id", "region_id", "subregion_id", "city_id"];

    /// <summary>The collection of all places.</summary>
    /// <remarks>
    /// The columns of the levels are columns with an index or null, so that conditions on them use indexes. Only
    /// countries have the column of their continent.
    /// </remarks>
    public static Collection Places { get; } = new()
    {
        Name = "places",
        Title = "Places",
        Description = "Continents, countries, administrative divisions, cities and districts.",
        Alias = "place",
        Table =
            $"""
            (SELECT id, 'continent' AS type, 0 AS level, code, name, slug, NULL::bigint AS population,
               NULL::geometry AS location, id AS continent_id, NULL::int AS country_id, NULL::int AS region_id,
               NULL::int AS subregion_id, NULL::int AS city_id, NULL::int AS parent_id, -1 AS parent_level
             FROM continents
             UNION ALL
             SELECT id, 'country', 1, code, name, slug, population, NULL, continent_id, id, NULL, NULL, NULL,
               continent_id, 0
             FROM countries
             UNION ALL
             SELECT id, 'region', 2, code, name, slug, NULL, NULL, NULL, country_id, id, NULL, NULL, country_id, 1
             FROM regions
             UNION ALL
             SELECT id, 'subregion', 3, code, name, slug, NULL, NULL, NULL, country_id, region_id, id, NULL,
               coalesce(region_id, country_id), CASE WHEN region_id IS NULL THEN 1 ELSE 2 END
             FROM subregions
             UNION ALL
             SELECT id, 'city', 4, NULL, name, slug, population, location, NULL, country_id, region_id, subregion_id,
               id, coalesce(subregion_id, region_id, country_id),
               CASE WHEN subregion_id IS NOT NULL THEN 3 WHEN region_id IS NOT NULL THEN 2 ELSE 1 END
             FROM cities
             UNION ALL
             SELECT id, 'district', 5, code, name, slug, population, location, NULL, country_id, region_id,
               subregion_id, city_id, coalesce(city_id, subregion_id, region_id, country_id),
               CASE WHEN city_id IS NOT NULL THEN 4 WHEN subregion_id IS NOT NULL THEN 3
                 WHEN region_id IS NOT NULL THEN 2 ELSE 1 END
             FROM districts) place
            """,
        Joins =
            $"""
            {PlaceFields.JoinCountry("place")}
            {PlaceFields.JoinBoundingBox("place")} AND place.type <> 'city'
            """,
        Fields =
        [
            PlaceFields.Id("place", 2643743),
            new("type", "place.type", FieldType.Text, $"Type of the place: {string.Join(", ", Types)}.", "city")
            {
                Values = Types,
            },
            PlaceFields.Name("place", "London"),
            new(
                "code",
                "place.code",
                FieldType.Text,
                "Code of a continent, country, division or district, as in the answers of its type.",
                null),
            PlaceFields.CountryCode,
            PlaceFields.Population("place", 8961989),
            PlaceFields.Location("place", -0.12574, 51.50853),
            .. PlaceFields.Optional(
                PlaceFields.Country,
                PlaceFields.Slug("place", "london-2643743"),
                PlaceFields.BoundingBox(null),
                new("parentId", "place.parent_id", FieldType.Integer, "GeoNames id of the parent.", 2648110)),
        ],
    };

    /// <summary>Makes the query for a place.</summary>
    /// <param name="id">GeoNames id.</param>
    /// <param name="type">The type of the place, or null for the highest with the id.</param>
    public static FeatureQuery Place(int id, string? type) =>
        new FeatureQuery(Places).Where(WithId(id, type)).From(Places.Joined, $"place.level");

    /// <summary>Makes the query for a place and all places above it, from the highest to the lowest.</summary>
    /// <inheritdoc cref="Place"/>
    public static FeatureQuery Hierarchy(int id, string? type) => new FeatureQuery(Places)
        .Requires(Self(id, type))
        .From(
            $"""
            ({Self(id, type)}) self
            CROSS JOIN LATERAL unnest(ARRAY[
              coalesce(self.continent_id, (SELECT continent_id FROM countries WHERE id = self.country_id)),
              self.country_id, self.region_id, self.subregion_id, self.city_id,
              CASE self.level WHEN 5 THEN self.id END]) WITH ORDINALITY AS step(id, number)
            CROSS JOIN LATERAL (
              SELECT * FROM {Places.Table} WHERE place.id = step.id AND place.level = step.number - 1) place
            {Places.Joins}
            """,
            $"place.level");

    /// <summary>Makes the query for the places directly below a place.</summary>
    /// <param name="place">The place, or null if there is none.</param>
    public static FeatureQuery Children(PlaceNode? place) =>
        Of(place, node => IsBelow(node.Id, node.Level));

    /// <summary>Makes the query for the other places of the same type with the same parent.</summary>
    /// <inheritdoc cref="Children"/>
    public static FeatureQuery Siblings(PlaceNode? place) => Of(
        place,
        node =>
            $"""
            {IsBelow(node.ParentId, node.ParentLevel)} AND place.level = {Number(node.Level)} AND place.id <> {node.Id}
            """);

    /// <summary>Finds the position of a place in the tree.</summary>
    /// <inheritdoc cref="Place"/>
    public static async Task<PlaceNode?> FindAsync(Snapshots snapshots, HttpContext context, int id, string? type)
    {
        await using var snapshot = await snapshots.OpenAsync(
            context, $"SELECT self.level, self.parent_id, self.parent_level FROM ({Self(id, type)}) self");
        var reader = snapshot.Reader;
        return await reader.ReadAsync(context.RequestAborted)
            ? new PlaceNode(id, reader.GetInt32(0), reader.GetOptional<int>(1) ?? 0, reader.GetInt32(2))
            : null;
    }

    private static FeatureQuery Of(PlaceNode? place, Func<PlaceNode, SqlText> condition) => place is null
        ? new FeatureQuery(Places).Requires($"SELECT WHERE false")
        : new FeatureQuery(Places)
            // An import may have moved the place since it was found.
            .Requires(
                $"""
                SELECT FROM {Places.Table}
                WHERE place.id = {place.Id} AND place.level = {Number(place.Level)}
                  AND place.parent_level = {Number(place.ParentLevel)}
                  AND coalesce(place.parent_id, 0) = {place.ParentId}
                """)
            .Where(condition(place));

    /// <summary>Makes the condition that a place is directly below a place of a level.</summary>
    /// <param name="parent">GeoNames id of the place above.</param>
    /// <param name="level">The level of the place above; -1 selects the continents.</param>
    private static SqlText IsBelow(int parent, int level)
    {
        if (level < 0)
            return $"place.level = 0";
        if (level == Columns.Length)
            return $"false";
        var column = SqlText.Constant(Columns[level]);
        // The level below may be missing. Of the levels under it, the level of the parent says the same.
        SqlText condition = $"place.{column} = {parent} AND place.parent_level = {Number(level)}";
        if (level + 1 == Columns.Length)
            return condition;
        var next = SqlText.Constant(Columns[level + 1]);
        return $"{condition} AND (place.level = {Number(level + 1)} OR place.{next} IS NULL)";
    }

    /// <summary>A constant: the planner leaves out the tables that have no place of a level.</summary>
    private static SqlText Number(int number) => SqlText.Constant(number.ToString(CultureInfo.InvariantCulture));

    private static SqlText Self(int id, string? type) =>
        $"SELECT place.* FROM {Places.Table} WHERE {WithId(id, type)} ORDER BY place.level LIMIT 1";

    // An id is unique among GeoNames' features, but GeoNames lists a few cities as divisions too.
    private static SqlText WithId(int id, string? type) =>
        type is null ? $"place.id = {id}" : (SqlText)$"place.id = {id} AND place.type = {type}";
}

/// <summary>The position of a place in the tree.</summary>
/// <param name="Id">GeoNames id.</param>
/// <param name="Level">The index of the type in <see cref="PlaceTree.Types"/>.</param>
/// <param name="ParentId">GeoNames id of the parent; 0 for a continent.</param>
/// <param name="ParentLevel">The level of the parent; -1 for a continent.</param>
internal sealed record PlaceNode(int Id, int Level, int ParentId, int ParentLevel);


namespace Cities.Api.Tiles;

/// <summary>
/// A tile of cities in Web Mercator. A tile contains the largest cities of each cell of a grid, chosen from the largest
/// cities of its area. This limits the number of cities of a tile, and a city that is in the tiles of a zoom level is
/// also in those of all higher levels. Tiles of the maximum zoom level contain all cities.
/// </summary>
internal static class CityTile
{
    public const string Layer = "cities";
    public const int MaximumZoom = 14;

    /// <summary>The maximum number of cities that the grid chooses from. It limits the time of the query.</summary>
    public const int MaximumCandidates = 4096;

    /// <summary>The length of a tile's side, in units of the tile.</summary>
    public const int Extent = 4096;

    /// <summary>
    /// The width of the margin on each side, in units of the tile. A tile includes the cities in its margin, whose
    /// symbols can overlap the tile.
    /// </summary>
    public const int Buffer = 64;

    /// <summary>The length of a cell's side, in units of the tile.</summary>
    private const int CellSize = 256;

    private const long CitiesOfCell = 4;

    /// <summary>Whether a tile exists.</summary>
    public static bool Exists(int zoom, int x, int y) =>
        zoom is >= 0 and <= MaximumZoom && x >= 0 && x < 1 << zoom && y >= 0 && y < 1 << zoom;

    /// <summary>Makes the query for a tile (Mapbox Vector Tile 2.1). Without cities the tile is empty.</summary>
    /// <param name="query">The conditions for the cities.</param>
    /// <param name="zoom">The zoom.</param>
    /// <param name="x">The column, from the west.</param>
    /// <param name="y">The row, from the north.</param>
    /// <param name="languages">
    /// Lower-case language codes of the names, in the order of preference, or null for the places' own names.
    /// </param>
    public static SqlText Query(FeatureQuery query, int zoom, int x, int y, IReadOnlyList<string>? languages)
    {
        const double margin = (double)Buffer / Extent;
        // The margin does not cross the antimeridian.
        var west = Math.Max(Longitude(x - margin, zoom), -180);
        var east = Math.Min(Longitude(x + 1 + margin, zoom), 180);
        var (south, north) = (Latitude(y + 1 + margin, zoom), Latitude(y - margin, zoom));
        query = query.Where($"city.location && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326)");
        SqlText envelope = $"ST_TileEnvelope({zoom}, {x}, {y})";
        SqlText ofCell = $"{(zoom == MaximumZoom ? long.MaxValue : CitiesOfCell)}";
        var name = languages is null ? $"city.name" : TranslatedName.Sql("city", languages);
        var (extent, buffer) = (Number(Extent), Number(Buffer));
        var (candidates, cellSize) = (Number(MaximumCandidates), Number(CellSize));
        return
            $"""
            WITH candidates AS MATERIALIZED (
              SELECT city.id, city.population, city.feature_code, city.country_id, city.name,
                ST_AsMVTGeom(ST_Transform(city.location, 3857), {envelope}, {extent}, {buffer}, true) AS geometry
              FROM (
                SELECT * FROM cities city
                {query.Conditions}
                ORDER BY population DESC, id DESC
                LIMIT {candidates}) city),
            ranked AS (
              SELECT *, row_number() OVER (
                PARTITION BY floor(ST_X(geometry) / {cellSize}), floor(ST_Y(geometry) / {cellSize})
                ORDER BY population DESC, id DESC) AS rank
              FROM candidates
              WHERE geometry IS NOT NULL)
            SELECT ST_AsMVT(tile, '{SqlText.Constant(Layer)}', {extent}, 'geometry', 'feature_id') FROM (
              SELECT city.id AS feature_id, city.id, {name} AS name, city.population,
                country.code AS "countryCode", city.feature_code AS "featureCode", city.geometry
              FROM ranked city
              JOIN countries country ON country.id = city.country_id
              WHERE city.rank <= {ofCell}
              ORDER BY city.population DESC, city.id DESC) tile
            """;
    }

    private static SqlText Number(int number) => SqlText.Constant(number.ToString(CultureInfo.InvariantCulture));

    private static double Longitude(double x, int zoom) => (x / (1 << zoom) * 360) - 180;

    private static double Latitude(double y, int zoom) =>
        double.RadiansToDegrees(Math.Atan(Math.Sinh(Math.PI * (1 - (2 * y / (1 << zoom))))));
}

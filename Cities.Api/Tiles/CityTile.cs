
namespace Cities.Api.Tiles;

/// <summary>
/// A tile of cities in Web Mercator. Of each cell of a grid it holds the few largest, and none but the largest of all its area:
/// so it never holds more than there is room for, and a city that one zoom shows, every greater zoom shows too. Tiles of the
/// greatest zoom hold all cities.
/// </summary>
internal static class CityTile
{
    public const string Layer = "cities";
    public const int MaximumZoom = 14;

    /// <summary>The largest cities of a tile's area, among which the grid chooses: they bound the time that a tile takes.</summary>
    public const int MaximumCandidates = 4096;

    /// <summary>Units of a side.</summary>
    public const int Extent = 4096;

    /// <summary>Units beyond each side, within which cities are in the neighbouring tile too, for symbols that stand out.</summary>
    public const int Buffer = 64;

    /// <summary>Units of a cell's side.</summary>
    private const int CellSize = 256;

    private const long CitiesOfCell = 4;

    /// <summary>Whether there is such a tile.</summary>
    public static bool Exists(int zoom, int x, int y) =>
        zoom is >= 0 and <= MaximumZoom && x >= 0 && x < 1 << zoom && y >= 0 && y < 1 << zoom;

    /// <summary>Makes the query, which gives the tile (Mapbox Vector Tile 2.1), empty where there is no city.</summary>
    /// <param name="query">The conditions that cities have to meet.</param>
    /// <param name="zoom">The zoom.</param>
    /// <param name="x">The column, from the west.</param>
    /// <param name="y">The row, from the north.</param>
    /// <param name="languages">Lower-case codes of the names' languages, in the order of preference, or null for the own names.</param>
    public static SqlText Query(FeatureQuery query, int zoom, int x, int y, IReadOnlyList<string>? languages)
    {
        const double margin = (double)Buffer / Extent;
        // Not over the edges of the world, where longitudes begin anew.
        var (west, east) = (Math.Max(Longitude(x - margin, zoom), -180), Math.Min(Longitude(x + 1 + margin, zoom), 180));
        var (south, north) = (Latitude(y + 1 + margin, zoom), Latitude(y - margin, zoom));
        query = query.Where($"city.location && ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326)");
        SqlText envelope = $"ST_TileEnvelope({zoom}, {x}, {y})";
        SqlText ofCell = $"{(zoom == MaximumZoom ? long.MaxValue : CitiesOfCell)}";
        var name = languages is null ? $"city.name" : TranslatedName.Sql("city", languages);
        var (extent, buffer, candidates, cellSize) = (Number(Extent), Number(Buffer), Number(MaximumCandidates), Number(CellSize));
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

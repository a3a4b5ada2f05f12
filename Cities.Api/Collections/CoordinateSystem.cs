namespace Cities.Api.Collections;

/// <summary>
/// A coordinate reference system of requests and answers (OGC API – Features – Part 2: Coordinate Reference Systems by
/// Reference 1.0.1, OGC 18-058r1).
/// </summary>
/// <param name="Uri">The URI in parameters and headers.</param>
internal sealed record CoordinateSystem(string Uri)
{
    /// <summary>The radius of the sphere of EPSG:3857, in metres.</summary>
    private const double Radius = 6_378_137;

    /// <summary>Degrees by which a longitude may exceed 180 when it was computed from metres.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>Longitude and latitude in degrees. This is the default, and the storage system.</summary>
    public static CoordinateSystem Crs84 { get; } = new("http://www.opengis.net/def/crs/OGC/1.3/CRS84");

    /// <summary>EPSG:4326: latitude and longitude in degrees.</summary>
    public static CoordinateSystem Wgs84 { get; } = new("http://www.opengis.net/def/crs/EPSG/0/4326");

    /// <summary>EPSG:3857, Web Mercator: easting and northing in metres.</summary>
    public static CoordinateSystem WebMercator { get; } = new("http://www.opengis.net/def/crs/EPSG/0/3857");

    public static IReadOnlyList<CoordinateSystem> All { get; } = [Crs84, Wgs84, WebMercator];

    /// <summary>Finds the system of a parameter; <see cref="Crs84"/> without a value.</summary>
    /// <exception cref="ParameterException">The value is not the URI of a system.</exception>
    public static CoordinateSystem Parse(string name, string? uri) =>
        uri is null
            ? Crs84
            : All.FirstOrDefault(each => each.Uri == uri) ?? throw new ParameterException(
                name,
                $"'{uri}' is not a coordinate reference system of this API; "
                + $"the systems are {string.Join(", ", All.Select(each => each.Uri))}.");

    /// <summary>Makes the SQL for the two coordinates of a location, in the order of the axes.</summary>
    /// <param name="location">A geometry in EPSG:4326.</param>
    public SqlText Coordinates(SqlText location)
    {
        if (this == WebMercator)
            return $"ST_X(ST_Transform({location}, 3857)), ST_Y(ST_Transform({location}, 3857))";
        return this == Wgs84 ? $"ST_Y({location}), ST_X({location})" : (SqlText)$"ST_X({location}), ST_Y({location})";
    }

    /// <summary>Converts a position to degrees. The inverse of the formulas of EPSG method 1024.</summary>
    /// <param name="first">The coordinate on the first axis.</param>
    /// <param name="second">The coordinate on the second axis.</param>
    public (double Longitude, double Latitude) ToDegrees(double first, double second)
    {
        if (this != WebMercator)
            return this == Wgs84 ? (second, first) : (first, second);
        var longitude = double.RadiansToDegrees(first / Radius);
        if (Math.Abs(longitude) is > 180 and <= 180 + Tolerance)
            longitude = Math.CopySign(180, longitude);
        return (longitude, double.RadiansToDegrees(Math.Atan(Math.Sinh(second / Radius))));
    }
}

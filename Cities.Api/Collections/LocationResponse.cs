namespace Cities.Api.Collections;

/// <summary>A point in WGS 84 (EPSG:4326).</summary>
/// <param name="Longitude">Degrees, from -180 to 180, east positive.</param>
/// <param name="Latitude">Degrees, from -90 to 90, north positive.</param>
public sealed record LocationResponse(double Longitude, double Latitude);

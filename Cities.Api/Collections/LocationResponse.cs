using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Collections;

/// <summary>A point in WGS 84 (EPSG:4326).</summary>
/// <param name="Longitude">Degrees, from -180 to 180, east positive.</param>
/// <param name="Latitude">Degrees, from -90 to 90, north positive.</param>
public sealed record LocationResponse(double Longitude, double Latitude);

/// <summary>A point on the Earth, EPSG:4326.</summary>
public sealed class PointRequest
{
    /// <summary>Latitude in degrees, north positive.</summary>
    [FromQuery(Name = "lat"), Display(Name = "lat"), Required, Range(-90.0, 90.0), Example("51.5072")]
    [Description("Latitude in degrees, north positive.")]
    public double? Lat { get; init; }

    /// <summary>Longitude in degrees, east positive.</summary>
    [FromQuery(Name = "lon"), Display(Name = "lon"), Required, Range(-180.0, 180.0), Example("-0.1276")]
    [Description("Longitude in degrees, east positive.")]
    public double? Lon { get; init; }
}

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

    /// <summary>Longitude in degrees, east positive. Values beyond ±180 wrap around the Earth.</summary>
    [FromQuery(Name = "lon"), Display(Name = "lon"), Required, Example("-0.1276")]
    [Range(-Parameters.MaximumLongitude, Parameters.MaximumLongitude)]
    [Description("Longitude in degrees, east positive. Values beyond ±180 wrap around the Earth: 181 is -179.")]
    public double? Lon { get; init; }

    internal double Latitude => Lat!.Value;

    /// <summary>The longitude between -180 and 180 degrees.</summary>
    internal double Longitude => Parameters.Wrap(Lon!.Value);
}

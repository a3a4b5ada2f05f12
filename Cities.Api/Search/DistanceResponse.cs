namespace Cities.Api.Search;

/// <summary>The distance between two points.</summary>
/// <param name="From">The start.</param>
/// <param name="To">The end.</param>
/// <param name="Distance">Geodesic distance on WGS 84, in metres.</param>
/// <param name="Bearing">Initial bearing in degrees, clockwise from north; null if the points are equal.</param>
public sealed record DistanceResponse(LocationResponse From, LocationResponse To, double Distance, double? Bearing)
{
    internal static DistanceResponse Example { get; } =
        new(new LocationResponse(-0.12574, 51.50853), new LocationResponse(2.3488, 48.85341), 343923.1, 148.1);
}

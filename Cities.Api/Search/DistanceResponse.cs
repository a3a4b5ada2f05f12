namespace Cities.Api.Search;

/// <summary>The way from one point to another.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Distance">Geodesic distance on WGS 84, in metres.</param>
/// <param name="Bearing">Initial bearing in degrees, clockwise from north; null where the points are the same.</param>
public sealed record DistanceResponse(LocationResponse From, LocationResponse To, double Distance, double? Bearing)
{
    internal static DistanceResponse Example { get; } =
        new(new LocationResponse(-0.12574, 51.50853), new LocationResponse(2.3488, 48.85341), 343923.1, 148.1);
}

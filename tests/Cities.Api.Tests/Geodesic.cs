using NetTopologySuite.Geometries;

namespace Cities.Api.Tests;

/// <summary>
/// Geodesic distances on WGS 84 by T. Vincenty's inverse formula ("Direct and inverse solutions of geodesics on the ellipsoid",
/// Survey Review 23, 1975), which the database does not use: exact to a millimetre, save between nearly antipodal points, for
/// which it has no answer.
/// </summary>
internal static class Geodesic
{
    private const double A = 6378137;
    private const double F = 1 / 298.257223563;
    private const double B = A * (1 - F);

    /// <summary>Metres between two points in degrees; NaN where they are nearly antipodal.</summary>
    public static double Distance(Coordinate from, Coordinate to)
    {
        var l = double.DegreesToRadians(to.X - from.X);
        var (sinU1, cosU1) = Reduced(from.Y);
        var (sinU2, cosU2) = Reduced(to.Y);
        var lambda = l;
        for (var iteration = 0; iteration < 200; iteration++)
        {
            var (sinLambda, cosLambda) = Math.SinCos(lambda);
            var sinSigma = double.Hypot(cosU2 * sinLambda, (cosU1 * sinU2) - (sinU1 * cosU2 * cosLambda));
            if (sinSigma == 0)
                return 0;
            var cosSigma = (sinU1 * sinU2) + (cosU1 * cosU2 * cosLambda);
            var sigma = Math.Atan2(sinSigma, cosSigma);
            var sinAlpha = cosU1 * cosU2 * sinLambda / sinSigma;
            var cos2Alpha = 1 - (sinAlpha * sinAlpha);
            var cos2SigmaM = cos2Alpha == 0 ? 0 : cosSigma - (2 * sinU1 * sinU2 / cos2Alpha);
            var c = F / 16 * cos2Alpha * (4 + (F * (4 - (3 * cos2Alpha))));
            var previous = lambda;
            lambda = l + ((1 - c) * F * sinAlpha
                * (sigma + (c * sinSigma * (cos2SigmaM + (c * cosSigma * (-1 + (2 * cos2SigmaM * cos2SigmaM)))))));
            if (Math.Abs(lambda - previous) > 1e-12)
                continue;

            var u2 = cos2Alpha * ((A * A) - (B * B)) / (B * B);
            var a = 1 + (u2 / 16384 * (4096 + (u2 * (-768 + (u2 * (320 - (175 * u2)))))));
            var b = u2 / 1024 * (256 + (u2 * (-128 + (u2 * (74 - (47 * u2))))));
            var deltaSigma = b * sinSigma * (cos2SigmaM + (b / 4 * ((cosSigma * (-1 + (2 * cos2SigmaM * cos2SigmaM)))
                - (b / 6 * cos2SigmaM * (-3 + (4 * sinSigma * sinSigma)) * (-3 + (4 * cos2SigmaM * cos2SigmaM))))));
            return B * a * (sigma - deltaSigma);
        }

        return double.NaN;
    }

    private static (double Sin, double Cos) Reduced(double latitude) =>
        Math.SinCos(Math.Atan((1 - F) * Math.Tan(double.DegreesToRadians(latitude))));
}

using System.Text.RegularExpressions;

namespace Cities.Api.Search;

/// <summary>Reads coordinates that people type, such as <c>51.5, -0.12</c> or <c>51.5N 0.12W</c>.</summary>
internal static partial class Coordinates
{
    /// <summary>Reads a latitude and a longitude in degrees.</summary>
    /// <returns>The point, or null if the text is not a point.</returns>
    public static (double Longitude, double Latitude)? Parse(string text)
    {
        var match = LatitudeAndLongitude().Match(text.Trim());
        if (!match.Success)
            return null;
        var latitude = Degrees("latitude", "south", "S");
        var longitude = Degrees("longitude", "west", "W");
        return Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 ? (longitude, latitude) : null;

        double Degrees(string group, string side, string negative)
        {
            var degrees = double.Parse(match.Groups[group].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
            return match.Groups[side].Value.Equals(negative, StringComparison.OrdinalIgnoreCase) ? -degrees : degrees;
        }
    }

    // Two whole numbers with a space between them can be a postal code; with a comma they are coordinates.
    [GeneratedRegex(
        """
        ^(?<latitude>[+-]?\d{1,2}(\.\d+)?)\s*°?\s*(?<south>[NS])?
        (\s*[,;]\s*|(?<=\.\d+\s*°?\s*[NS]?)\s+)
        (?<longitude>[+-]?\d{1,3}(\.\d+)?)\s*°?\s*(?<west>[EW])?$
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex LatitudeAndLongitude();
}

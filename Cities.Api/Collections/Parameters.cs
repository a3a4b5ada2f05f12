
using Microsoft.Extensions.Primitives;

namespace Cities.Api.Collections;

/// <summary>Checks the values of parameters, and parses those with numbers and lists.</summary>
internal static class Parameters
{
    /// <summary>
    /// The greatest longitude of a point, in degrees: ten times around the Earth. Maps that repeat the world send
    /// longitudes beyond ±180 degrees, but a number far beyond is an error.
    /// </summary>
    public const double MaximumLongitude = 3600;

    /// <summary>The error of a text with a NUL character, which the database cannot store.</summary>
    public const string NulError = "The text contains a NUL character (U+0000).";

    private const int MaximumItems = 100;

    /// <summary>Gets the value of a parameter in the query. Each parameter has one; a list is one text.</summary>
    /// <exception cref="ParameterException">
    /// The parameter is given more than once, or contains a NUL character.
    /// </exception>
    public static string Single(string name, StringValues values) =>
        values is [{ } value]
            ? Text(name, value)
            : throw new ParameterException(name, "The parameter is given more than once.");

    /// <summary>Checks a text.</summary>
    /// <exception cref="ParameterException">The text contains a NUL character.</exception>
    public static string Text(string name, string text) =>
        HasNul(text) ? throw new ParameterException(name, NulError) : text;

    /// <summary>Whether a text contains a NUL character.</summary>
    public static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    /// <summary>Whether a text is a finite number in decimal notation, without thousands separators.</summary>
    public static bool IsNumber(string? text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>Parses a comma-separated list.</summary>
    /// <exception cref="ParameterException">The list is empty, or has too many items.</exception>
    public static string[] List(string name, string text)
    {
        var items = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return items.Length switch
        {
            0 => throw new ParameterException(name, "The list is empty."),
            > MaximumItems => throw new ParameterException(name, $"The list has more than {MaximumItems} items."),
            _ => items,
        };
    }

    /// <summary>
    /// Parses a point: longitude,latitude in degrees. A longitude beyond ±180 degrees wraps around the Earth.
    /// </summary>
    /// <exception cref="ParameterException">The text is not a point.</exception>
    public static (double Longitude, double Latitude) Point(string name, string text)
    {
        var numbers = Numbers(name, text, 2, "longitude,latitude");
        return numbers[0] is >= -MaximumLongitude and <= MaximumLongitude
            ? (Wrap(numbers[0]), Latitude(name, numbers[1]))
            : throw new ParameterException(
                name, $"The longitude must be between -{MaximumLongitude} and {MaximumLongitude} degrees.");
    }

    /// <summary>Makes a longitude between -180 and 180 degrees from any longitude.</summary>
    public static double Wrap(double longitude) =>
        longitude is >= -180 and <= 180 ? longitude : Math.IEEERemainder(longitude, 360);

    /// <summary>
    /// Parses a box: west,south,east,north in degrees. If the box crosses the antimeridian, west is greater than east.
    /// </summary>
    /// <exception cref="ParameterException">The text is not a box.</exception>
    public static (double West, double South, double East, double North) Box(string name, string text)
    {
        var numbers = Numbers(name, text, 4, "west,south,east,north");
        return Box(name, (numbers[0], numbers[1]), (numbers[2], numbers[3]));
    }

    /// <summary>Checks a box.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="low">The position in the south-west, in degrees.</param>
    /// <param name="high">The position in the north-east, in degrees.</param>
    /// <exception cref="ParameterException">A coordinate is out of range, or south is greater than north.</exception>
    public static (double West, double South, double East, double North) Box(
        string name, (double Longitude, double Latitude) low, (double Longitude, double Latitude) high)
    {
        var (south, north) = (Latitude(name, low.Latitude), Latitude(name, high.Latitude));
        return south <= north
            ? (Longitude(name, low.Longitude), south, Longitude(name, high.Longitude), north)
            : throw new ParameterException(name, "South is greater than north.");
    }

    public static double Longitude(string name, double value) =>
        value is >= -180 and <= 180
            ? value
            : throw new ParameterException(name, "The longitude must be between -180 and 180 degrees.");

    public static double Latitude(string name, double value) =>
        value is >= -90 and <= 90
            ? value
            : throw new ParameterException(name, "The latitude must be between -90 and 90 degrees.");

    /// <summary>Parses numbers with commas between them.</summary>
    /// <exception cref="ParameterException">The text does not have the form.</exception>
    public static double[] Numbers(string name, string text, int count, string form)
    {
        var parts = text.Split(',');
        var numbers = new double[count];
        if (parts.Length != count)
            throw new ParameterException(name, $"'{text}' does not have the form {form}.");
        for (var index = 0; index < count; index++)
        {
            if (!IsNumber(parts[index], out numbers[index]))
                throw new ParameterException(name, $"'{parts[index]}' is not a number.");
        }

        return numbers;
    }
}

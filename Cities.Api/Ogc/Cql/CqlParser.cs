using NetTopologySuite;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace Cities.Api.Ogc.Cql;

/// <summary>What the parsers of both encodings share: the limits, and the literals.</summary>
internal abstract class CqlParser
{
    private static readonly NtsGeometryServices Geometries = NtsGeometryServices.Instance;

    private int _depth;
    private int _nodes;
    private int _positions;

    /// <summary>The keywords of geometries in WKT, in upper case.</summary>
    protected static IReadOnlySet<string> GeometryTypes { get; } = new HashSet<string>
    {
        "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
    };

    /// <summary>Counts a node.</summary>
    /// <exception cref="ParameterException">The expression has too many.</exception>
    protected T Counted<T>(T node)
        where T : CqlNode =>
        ++_nodes <= CqlNode.MaximumNodes
            ? node
            : throw node.Error($"The expression has more than {CqlNode.MaximumNodes} operators and operands.");

    /// <summary>Parses a part that may contain others of its kind.</summary>
    /// <exception cref="ParameterException">The expression is nested too deeply.</exception>
    protected T Nested<T>(string position, Func<T> parse)
    {
        if (++_depth > CqlNode.MaximumDepth)
            throw CqlNode.Error(position, $"The expression has more than {CqlNode.MaximumDepth} levels.");
        var parsed = parse();
        _depth--;
        return parsed;
    }

    /// <summary>Makes the literal of a text.</summary>
    /// <exception cref="ParameterException">
    /// The text contains a NUL character, which the database cannot store.
    /// </exception>
    protected CqlLiteral Text(string position, string text) =>
        Parameters.HasNul(text)
            ? throw CqlNode.Error(position, Parameters.NulError)
            : Counted(new CqlLiteral(position, text));

    /// <summary>Makes the literal of a number.</summary>
    /// <exception cref="ParameterException">The text is not a number, or is out of range.</exception>
    protected CqlLiteral Number(string position, string text) => Counted(new CqlLiteral(
        position,
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer
            : Double(position, text)));

    /// <exception cref="ParameterException">The text is not a number, or is out of range.</exception>
    protected static double Double(string position, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw CqlNode.Error(position, $"'{text}' is not a number in range.");

    /// <summary>Makes the literal of a day.</summary>
    /// <exception cref="ParameterException">The text is not a day.</exception>
    protected CqlLiteral Date(string position, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Counted(new CqlLiteral(position, date))
            : throw CqlNode.Error(position, $"'{text}' is not a day (yyyy-MM-dd).");

    /// <summary>Makes the literal of a time.</summary>
    /// <exception cref="ParameterException">The text is not a time.</exception>
    protected CqlLiteral Timestamp(string position, string text) =>
        OgcValues.TryInstant(text, out var instant)
            ? Counted(new CqlLiteral(position, instant))
            : throw CqlNode.Error(position, $"'{text}' is not a time (RFC 3339).");

    /// <summary>Makes a box.</summary>
    /// <exception cref="ParameterException">There are neither four numbers nor six.</exception>
    protected CqlBox Box(string position, IReadOnlyList<double> numbers) =>
        numbers.Count is 4 or 6
            ? Counted(new CqlBox(position, numbers))
            : throw CqlNode.Error(position, "A box requires four numbers, or six with heights.");

    /// <summary>Reads a geometry in WKT.</summary>
    /// <exception cref="ParameterException">The text is not a valid geometry, or is too large.</exception>
    protected CqlGeometry Geometry(string position, string wkt)
    {
        Geometry geometry;
        try
        {
            geometry = new WKTReader(Geometries).Read(wkt);
        }
        catch (Exception exception) when (exception is ParseException or ArgumentException or FormatException)
        {
            throw CqlNode.Error(position, $"The geometry cannot be read: {exception.Message}");
        }

        _positions += geometry.NumPoints;
        if (_positions > CqlNode.MaximumPositions)
        {
            throw CqlNode.Error(
                position, $"The geometries of the expression have more than {CqlNode.MaximumPositions} positions.");
        }

        if (geometry.IsEmpty)
            throw CqlNode.Error(position, "The geometry is empty.");
        // A filter is short: the limit of positions bounds the time.
        return GeometryValidity.FindError(geometry, CancellationToken.None) is { } error
            ? throw CqlNode.Error(position, $"The geometry {error}.")
            : Counted(new CqlGeometry(position, geometry));
    }
}

using NetTopologySuite.Geometries;

namespace Cities.Api.Ogc.Cql;

/// <summary>
/// A node of an expression in the Common Query Language (CQL2, OGC 21-065r2). Both encodings, text and JSON, are parsed
/// to the same tree.
/// </summary>
/// <param name="Position">The place in the text or in the JSON document, for errors.</param>
internal abstract record CqlNode(string Position)
{
    /// <summary>The maximum depth of a tree. It limits the recursion.</summary>
    public const int MaximumDepth = 20;

    /// <summary>The maximum number of nodes of a tree. It limits the time to evaluate the condition.</summary>
    public const int MaximumNodes = 200;

    /// <summary>The maximum number of positions of all geometries.</summary>
    public const int MaximumPositions = 1000;

    /// <summary>Makes the error that names the place.</summary>
    public static ParameterException Error(string position, string message) =>
        new("filter", $"At {position}: {message}");

    /// <inheritdoc cref="Error(string, string)"/>
    public ParameterException Error(string message) => Error(Position, message);
}

/// <summary>An operator or function with its arguments.</summary>
/// <param name="Position">The place.</param>
/// <param name="Name">The name of the encoding in JSON, in lower case.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record CqlCall(string Position, string Name, IReadOnlyList<CqlNode> Arguments) : CqlNode(Position);

/// <summary>A property of the features.</summary>
internal sealed record CqlProperty(string Position, string Name) : CqlNode(Position);

/// <summary>
/// A literal: <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>,
/// <see cref="DateOnly"/> or <see cref="DateTimeOffset"/>.
/// </summary>
internal sealed record CqlLiteral(string Position, object Value) : CqlNode(Position);

/// <summary>A list, of the operator <c>in</c>.</summary>
internal sealed record CqlList(string Position, IReadOnlyList<CqlNode> Items) : CqlNode(Position);

/// <summary>A geometry. Its coordinates are those of the expression, in the reference system of the filter.</summary>
internal sealed record CqlGeometry(string Position, Geometry Geometry) : CqlNode(Position);

/// <summary>A box of four numbers, or of six with heights.</summary>
internal sealed record CqlBox(string Position, IReadOnlyList<double> Numbers) : CqlNode(Position);

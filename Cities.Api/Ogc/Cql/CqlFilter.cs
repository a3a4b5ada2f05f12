using NetTopologySuite.Geometries;

namespace Cities.Api.Ogc.Cql;

/// <summary>
/// Translates a CQL2 expression to the condition of a query. Properties are fields of the collection, and literals are
/// parameters of the statement.
/// </summary>
/// <param name="collection">The collection.</param>
/// <param name="system">The coordinate reference system of the geometries in the expression.</param>
internal sealed class CqlFilter(OgcCollection collection, CoordinateSystem system)
{
    /// <summary>The names of the encodings, as values of the parameter filter-lang.</summary>
    public static readonly string[] Languages = ["cql2-text", "cql2-json"];

    /// <summary>Half of the circumference of the Earth, rounded up, in metres.</summary>
    private const double MaximumDistance = 20_100_000;

    /// <summary>The maximum number of positions if PostGIS compares each feature with all of the geometry.</summary>
    private const int MaximumPositionsOfWhole = 100;

    /// <summary>The maximum number of positions if PostGIS also computes geodesic distances.</summary>
    private const int MaximumPositionsOfDistance = 20;

    private readonly HashSet<Field> _fields = [];

    /// <summary>The types of values. Only values of the same type can be compared.</summary>
    private enum ValueType
    {
        Text,
        Number,
        Boolean,
        Date,
        Timestamp,
    }

    /// <summary>Checks the value of the parameter filter-lang.</summary>
    /// <returns>The name of the encoding; without a value, of text.</returns>
    /// <exception cref="ParameterException">The API does not have the encoding.</exception>
    public static string Language(string? name) =>
        name is null ? Languages[0]
        : Languages.Contains(name) ? name
        : throw new ParameterException(
            "filter-lang", $"'{name}' is not an encoding; the encodings are {string.Join(", ", Languages)}.");

    /// <summary>Selects the features that meet an expression.</summary>
    /// <param name="query">The query.</param>
    /// <param name="collection">The collection of the query.</param>
    /// <param name="filter">The expression.</param>
    /// <param name="language">The encoding, from <see cref="Language"/>.</param>
    /// <param name="system">The coordinate reference system of the geometries in the expression.</param>
    /// <exception cref="ParameterException">The expression is invalid, or exceeds a limit.</exception>
    public static FeatureQuery Apply(
        FeatureQuery query, OgcCollection collection, string filter, string language, CoordinateSystem system)
    {
        var node = language == Languages[1] ? CqlJsonParser.Parse(filter) : CqlTextParser.Parse(filter);
        var translator = new CqlFilter(collection, system);
        var condition = translator.Predicate(node, isPositive: true);
        return query.Where(condition, translator._fields);
    }

    /// <param name="node">The node.</param>
    /// <param name="isPositive">
    /// Whether no operator 'not' contains the predicate. The conditions of indexes may be null instead of false, which
    /// only such a predicate can be.
    /// </param>
    private SqlText Predicate(CqlNode node, bool isPositive)
    {
        switch (node)
        {
            case CqlLiteral { Value: bool value }:
                return SqlText.Constant(value ? "true" : "false");
            case CqlCall { Name: "and" or "or" } call:
                if (call.Arguments.Count < 2)
                    throw call.Error($"The operator {call.Name} requires at least two arguments.");
                var operands = call.Arguments.Select(each => Predicate(each, isPositive));
                return $"({SqlText.Join(call.Name == "and" ? " AND " : " OR ", operands)})";
            case CqlCall { Name: "not" } call:
                return $"(NOT {Predicate(Arguments(call, 1)[0], isPositive: false)})";
            case CqlCall { Name: "=" or "<>" or "<" or ">" or "<=" or ">=" } call:
                return Comparison(call, isPositive);
            case CqlCall { Name: "like" } call:
                return Like(call);
            case CqlCall { Name: "between" } call:
                var (bounded, lower, upper) = (Arguments(call, 3)[0], call.Arguments[1], call.Arguments[2]);
                var type = Check(bounded, lower);
                Check(bounded, upper);
                return type is ValueType.Text or ValueType.Boolean
                    ? throw lower.Error("The operator between compares numbers or days.")
                    : (SqlText)$"({Value(bounded)} BETWEEN {Value(lower)} AND {Value(upper)})";
            case CqlCall { Name: "in" } call:
                return In(call, isPositive);
            case CqlCall { Name: "isnull" } call:
                return Arguments(call, 1)[0] is CqlProperty property
                    ? (SqlText)$"({Column(property)} IS NULL)"
                    : throw call.Error("Only a property can be null.");
            case CqlCall { Name: "s_intersects" } call:
                return Intersects(call);
            case CqlCall { Name: "s_dwithin" } call:
                return IsWithin(call);
            case CqlCall call:
                throw call.Error(
                    $"'{call.Name}' is not an operator or function of this API; it has and, or, not, =, <>, <, >, <=, "
                    + ">=, like, between, in, isNull, s_intersects and s_dwithin.");
            default:
                throw node.Error("A condition is expected.");
        }
    }

    private SqlText Comparison(CqlCall call, bool isPositive)
    {
        var (left, right) = (Arguments(call, 2)[0], call.Arguments[1]);
        Check(left, right);
        if (isPositive && call.Name == "=")
        {
            if (Indexed(left, right) is { } condition || (condition = Indexed(right, left)) is not null)
                return condition;
        }

        return $"({Value(left)} {SqlText.Constant(call.Name)} {Value(right)})";
    }

    /// <summary>Makes the condition that uses an index, or null if the collection has none for the property.</summary>
    private SqlText? Indexed(CqlNode property, CqlNode literal) =>
        property is CqlProperty { Name: var name }
        && literal is CqlLiteral { Value: var value }
        && collection.Conditions.TryGetValue(name, out var condition)
            ? (SqlText)$"({condition(value)})"
            : null;

    private SqlText Like(CqlCall call)
    {
        var (value, pattern) = (Arguments(call, 2)[0], call.Arguments[1]);
        if (TypeOf(value) is not ValueType.Text)
            throw value.Error("The operator like compares texts.");
        if (pattern is not CqlLiteral { Value: string text })
            throw pattern.Error("The pattern of like is a text in which % and _ stand for other characters.");
        return (text.Length - text.TrimEnd('\\').Length) % 2 == 0
            ? (SqlText)$"({Value(value)} LIKE {text})"
            : throw pattern.Error(@"The pattern ends with the escape character '\'.");
    }

    private SqlText In(CqlCall call, bool isPositive)
    {
        var value = Arguments(call, 2)[0];
        if (call.Arguments[1] is not CqlList { Items: { Count: > 0 } items })
            throw call.Arguments[1].Error("The operator in requires a list of values.");
        foreach (var item in items)
        {
            if (item is not CqlLiteral)
                throw item.Error("A list contains literals only.");
            Check(value, item);
        }

        if (isPositive && Indexed(value, items[0]) is not null)
            return $"({SqlText.Join(" OR ", items.Select(item => Indexed(value, item)!))})";
        var literals = items.Cast<CqlLiteral>().Select(item => item.Value).ToList();
        SqlText list = TypeOf(value) switch
        {
            ValueType.Text => $"{literals.Cast<string>().ToArray()}",
            ValueType.Boolean => $"{literals.Cast<bool>().ToArray()}",
            ValueType.Date => $"{literals.Cast<DateOnly>().ToArray()}",
            ValueType.Number when literals.TrueForAll(each => each is long) => $"{literals.Cast<long>().ToArray()}",
            ValueType.Number =>
                $"{literals.Select(each => Convert.ToDouble(each, CultureInfo.InvariantCulture)).ToArray()}",
            _ => throw items[0].Error("A list of times is not supported."),
        };
        return $"({Value(value)} = ANY ({list}))";
    }

    /// <summary>S_INTERSECTS: the location is in a geometry or box.</summary>
    private SqlText Intersects(CqlCall call)
    {
        var other = OtherThanLocation(call, 2);
        if (other is CqlBox box)
        {
            var last = box.Numbers.Count == 4 ? 2 : 3;
            var degrees = Located(box, () => Parameters.Box(
                "filter",
                system.ToDegrees(box.Numbers[0], box.Numbers[1]),
                system.ToDegrees(box.Numbers[last], box.Numbers[last + 1])));
            return $"({Filters.BoxCondition(collection.Collection, degrees)}{Nearby(degrees)})";
        }

        var geometry = ((CqlGeometry)other).Geometry;
        if (geometry is not IPolygonal || system == CoordinateSystem.WebMercator)
            CheckSize(other, geometry, MaximumPositionsOfWhole);
        var inDegrees = InDegrees((CqlGeometry)other);
        var envelope = inDegrees.EnvelopeInternal;
        var nearby = Nearby((envelope.MinX, envelope.MinY, envelope.MaxX, envelope.MaxY));
        var location = collection.Collection.Location;
        if (system != CoordinateSystem.WebMercator)
            return $"({Filters.Intersects(collection.Collection, inDegrees)}{nearby})";

        // The edges are straight lines in the plane of the projection. The envelope is a box in both systems.
        var projected = geometry.Copy();
        projected.SRID = 3857;
        return
            $"""
            ({location} && ST_MakeEnvelope({envelope.MinX}, {envelope.MinY}, {envelope.MaxX}, {envelope.MaxY}, 4326)
            AND ST_Intersects(ST_Transform({location}, 3857), {projected}){nearby})
            """;

        SqlText? Nearby((double West, double South, double East, double North) area) =>
            collection.Around(area) is { } around ? (SqlText)$" AND {around}" : null;
    }

    /// <summary>S_DWITHIN: the geodesic distance of the location from a geometry has a maximum.</summary>
    private SqlText IsWithin(CqlCall call)
    {
        if (OtherThanLocation(call, 3) is not CqlGeometry geometry)
            throw call.Error("The function s_dwithin requires a geometry, and not a box.");
        var distance = call.Arguments[2] is CqlLiteral { Value: long or double } literal
            ? Convert.ToDouble(literal.Value, CultureInfo.InvariantCulture)
            : throw call.Arguments[2].Error("The distance is not a number of metres.");
        CheckSize(geometry, geometry.Geometry, MaximumPositionsOfDistance);
        return distance is >= 0 and <= MaximumDistance
            ? (SqlText)$"ST_DWithin({collection.Collection.Geography}, ({InDegrees(geometry)})::geography, {distance})"
            : throw call.Arguments[2].Error($"The distance must be between 0 and {MaximumDistance:F0} metres.");
    }

    /// <exception cref="ParameterException">The geometry has too many positions for the function.</exception>
    private static void CheckSize(CqlNode node, Geometry geometry, int maximum)
    {
        if (geometry.NumPoints > maximum)
            throw node.Error($"The function takes at most {maximum} positions of such a geometry.");
    }

    /// <summary>
    /// Finds the literal among the first two arguments of a spatial function. The other is the location.
    /// </summary>
    private CqlNode OtherThanLocation(CqlCall call, int count)
    {
        var (first, second) = (Arguments(call, count)[0], call.Arguments[1]);
        var (property, other) = first is CqlProperty ? (first, second) : (second, first);
        if (property is not CqlProperty location || Find(location).Type is not FieldType.Point)
            throw call.Error($"The function {call.Name} requires the property {collection.Location.Name}.");
        return other is CqlGeometry or CqlBox
            ? other
            : throw other.Error($"The function {call.Name} requires a geometry.");
    }

    /// <summary>Converts a geometry to longitudes and latitudes, and checks their ranges.</summary>
    private Geometry InDegrees(CqlGeometry node)
    {
        var geometry = node.Geometry.Copy();
        geometry.SRID = 4326;
        geometry.Apply(new ToDegrees(system, node));
        geometry.GeometryChanged();
        return geometry;
    }

    private static T Located<T>(CqlNode node, Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ParameterException exception)
        {
            throw node.Error(exception.Message);
        }
    }

    private static IReadOnlyList<CqlNode> Arguments(CqlCall call, int count) =>
        call.Arguments.Count == count
            ? call.Arguments
            : throw call.Error($"'{call.Name}' requires {count} arguments, and has {call.Arguments.Count}.");

    /// <summary>Checks that two values can be compared.</summary>
    /// <returns>Their type.</returns>
    private ValueType Check(CqlNode left, CqlNode right)
    {
        var (type, other) = (TypeOf(left), TypeOf(right));
        return type == other
            ? type
            : throw right.Error($"A {Name(type)} cannot be compared with a {Name(other)}.");

        static string Name(ValueType type) => type switch
        {
            ValueType.Text => "text",
            ValueType.Number => "number",
            ValueType.Boolean => "truth value",
            ValueType.Date => "day (DATE('2024-01-31'))",
            _ => "time",
        };
    }

    private ValueType TypeOf(CqlNode node) => node switch
    {
        CqlProperty property => Find(property).Type switch
        {
            FieldType.Integer or FieldType.Number => ValueType.Number,
            FieldType.Boolean => ValueType.Boolean,
            FieldType.Date => ValueType.Date,
            FieldType.Text => ValueType.Text,
            _ => throw property.Error($"The property {property.Name} can be an argument of a spatial function only."),
        },
        CqlLiteral { Value: string } => ValueType.Text,
        CqlLiteral { Value: bool } => ValueType.Boolean,
        CqlLiteral { Value: DateOnly } => ValueType.Date,
        CqlLiteral { Value: DateTimeOffset } => ValueType.Timestamp,
        CqlLiteral => ValueType.Number,
        CqlCall call => throw call.Error($"'{call.Name}' is not a function of this API with a value to compare."),
        _ => throw node.Error("A property or a literal is expected."),
    };

    private SqlText Value(CqlNode node) => node switch
    {
        CqlProperty property => Column(property),
        CqlLiteral { Value: string text } => $"{text}",
        CqlLiteral { Value: long integer } => $"{integer}",
        CqlLiteral { Value: double number } => $"{number}",
        CqlLiteral { Value: bool value } => $"{value}",
        CqlLiteral { Value: DateOnly day } => $"{day}",
        CqlLiteral { Value: DateTimeOffset time } => $"{time.ToUniversalTime()}",
        _ => throw node.Error("A property or a literal is expected."),
    };

    private SqlText Column(CqlProperty property)
    {
        var field = Find(property);
        _fields.Add(field);
        return field.Sql;
    }

    private Field Find(CqlProperty property) =>
        collection.Queryables.FirstOrDefault(field => field.Name == property.Name)
        ?? throw property.Error(
            $"'{property.Name}' is not a property; the properties are "
            + $"{string.Join(", ", collection.Queryables.Select(field => field.Name))}.");

    private sealed class ToDegrees(CoordinateSystem system, CqlGeometry node) : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int index)
        {
            var (longitude, latitude) = system.ToDegrees(sequence.GetX(index), sequence.GetY(index));
            sequence.SetX(index, Located(node, () => Parameters.Longitude("filter", longitude)));
            sequence.SetY(index, Located(node, () => Parameters.Latitude("filter", latitude)));
        }
    }
}

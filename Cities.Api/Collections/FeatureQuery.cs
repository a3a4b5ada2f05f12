using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NetTopologySuite.Geometries;

namespace Cities.Api.Collections;

/// <summary>
/// A query for features of a collection. It is immutable: each method returns a query with one more property.
/// </summary>
internal sealed record FeatureQuery
{
    /// <summary>The greatest number of features that a list with filters counts by default.</summary>
    public const int MaximumCount = 20_000;

    private ImmutableArray<SqlText> _conditions = [];
    private Owners? _owners;
    private SqlText? _point;
    private SqlText? _order;
    private string? _orderName;
    private bool _isNearestFirst;
    private SqlText? _from;
    private SqlText? _rank;
    private bool _needsJoins;
    private bool _isFiltered;

    /// <param name="collection">The collection.</param>
    public FeatureQuery(Collection collection)
    {
        Collection = collection;
        Fields = [.. collection.Fields.Where(field => field.IsDefault && !field.IsDistance)];
    }

    public Collection Collection { get; }

    /// <summary>The fields of the answer, in their order.</summary>
    public ImmutableArray<Field> Fields { get; private init; }

    /// <summary>The languages of names, in the order of preference; empty for the places' own names.</summary>
    public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>The coordinate reference system of the locations in the answer.</summary>
    public CoordinateSystem CoordinateSystem { get; init; } = CoordinateSystem.Crs84;

    /// <summary>A query with a row if the owner of the list exists, or null if the list has no owner.</summary>
    public SqlText? Requirement { get; private init; }

    /// <summary>The name of the order, with '-' for descending, or null for ascending ids.</summary>
    public string? Order => _orderName ?? (IsDescending ? "-id" : null);

    public bool IsDescending { get; private init; }

    /// <summary>Whether the order is the distance.</summary>
    public bool IsByDistance { get; private init; }

    /// <summary>Whether a page of the list can start after a cursor. Ranked features have no cursors.</summary>
    public bool HasCursors => _rank is null;

    /// <summary>The SQL for the point that distances are measured from, or null.</summary>
    public SqlText? Point => _point;

    /// <summary>
    /// The maximum distance of a single feature that is ordered by distance, in metres, or null. If the nearest feature
    /// is farther, the answer is 404 with its distance.
    /// </summary>
    public double? Reach { get; init; }

    /// <summary>The SQL for the distance from the point, in metres.</summary>
    public SqlText Distance => $"ST_Distance({Collection.Geography}, {_point})";

    /// <summary>The conditions as a WHERE clause; empty without conditions.</summary>
    public SqlText Conditions => ConditionsWith([]);

    private SqlText Alias => SqlText.Constant(Collection.Alias);

    private SqlText Source => _from ?? (_needsJoins ? Collection.Joined : Collection.Table);

    /// <summary>Adds a condition on the table of the features.</summary>
    public FeatureQuery Where(SqlText condition) => WhereAll(condition) with { _isFiltered = true };

    /// <summary>Adds a condition that defines the whole list, and is not a filter of it.</summary>
    public FeatureQuery WhereAll(SqlText condition) => this with { _conditions = _conditions.Add(condition) };

    /// <summary>Selects the features that belong to one of some places, such as countries.</summary>
    /// <param name="column">The column with the id of the place.</param>
    /// <param name="ids">The ids. Those of one place can repeat, and NULL is no place.</param>
    public FeatureQuery WhereOwner(SqlText column, IReadOnlyList<SqlText> ids) => ids is [var id]
        ? Where($"{column} = {id}")
        : (_owners is null ? this : Where(_owners.Condition)) with
        {
            _owners = new Owners(column, $"ARRAY[{SqlText.Join(", ", ids)}]"),
        };

    /// <summary>Adds a condition on fields, some of which may be those of joined tables.</summary>
    public FeatureQuery Where(SqlText condition, IEnumerable<Field> fields) =>
        (this with
        {
            _needsJoins = _needsJoins || fields.Any(field => !field.Sql.StartsWith($"{Collection.Alias}.")),
        }).Where(condition);

    /// <summary>Selects the features with a value of a field.</summary>
    public FeatureQuery WhereEqual(Field field, object value) => Where($"{field.Sql} = {value}", [field]);

    /// <summary>Selects the features within a distance of the point.</summary>
    /// <param name="radius">Metres.</param>
    public FeatureQuery Within(double radius) => Where($"ST_DWithin({Collection.Geography}, {_point}, {radius})");

    /// <summary>Selects features only if a query has a row; otherwise the answer is 404.</summary>
    public FeatureQuery Requires(SqlText query) => this with { Requirement = query };

    /// <summary>Selects the fields by name, in the order of the names. The id is always among them.</summary>
    /// <exception cref="ParameterException">The collection has no such field.</exception>
    public FeatureQuery Select(string names)
    {
        var chosen = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => Collection.Find(name) ?? throw new ParameterException(
                "fields",
                $"'{name}' is not a field; the fields are "
                + $"{string.Join(", ", Collection.Fields.Select(field => field.Name))}."))
            .Distinct()
            .ToList();
        if (chosen.Exists(field => field.IsDistance) && _point is null)
            throw new ParameterException("fields", "The field distance requires the parameter near.");
        if (chosen.Count == 0)
            throw new ParameterException("fields", "The list of fields is empty.");
        return this with { Fields = [Collection.Id, .. chosen.Where(field => field != Collection.Id)] };
    }

    /// <summary>Selects all fields, except the distance if there is no point.</summary>
    public FeatureQuery SelectAll() =>
        this with { Fields = [.. Collection.Fields.Where(field => !field.IsDistance || _point is not null)] };

    /// <summary>Adds fields that are not default ones.</summary>
    public FeatureQuery With(params IReadOnlyList<string> names)
    {
        var further = Collection.Fields.Where(field => names.Contains(field.Name) && !Fields.Contains(field));
        return this with
        {
            Fields =
            [
                .. Fields.Where(field => !field.IsDistance),
                .. further,
                .. Fields.Where(field => field.IsDistance),
            ],
        };
    }

    /// <summary>Measures the distance of each feature from a point, and adds it to the fields.</summary>
    /// <param name="longitude">Degrees, east positive.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    public FeatureQuery Near(double longitude, double latitude) =>
        // As a subquery, the server evaluates it once and not for each row.
        Near($"(SELECT ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)::geography)");

    /// <summary>Measures the distance of each feature from a city, and adds it to the fields.</summary>
    /// <param name="id">GeoNames id of the city. Without such a city there are no distances.</param>
    public FeatureQuery NearCity(int id) => Near($"(SELECT location::geography FROM cities WHERE id = {id})");

    /// <summary>
    /// Orders by a name of the collection's orders, <c>id</c> or <c>distance</c>; '-' before it for descending.
    /// </summary>
    /// <exception cref="ParameterException">The collection has no such order.</exception>
    public FeatureQuery OrderBy(string order)
    {
        var isDescending = order.StartsWith('-');
        var name = order.TrimStart('-');
        if (name.Equals(Field.DistanceName, StringComparison.OrdinalIgnoreCase))
            return OrderByDistance(isDescending);
        if (name.Equals("id", StringComparison.OrdinalIgnoreCase))
            return this with { IsDescending = isDescending };

        var (known, sql) = Collection.Orders
            .FirstOrDefault(each => each.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (sql is null)
        {
            var orders = Collection.Orders.Keys.Prepend("id")
                .Concat(Collection.HasLocation ? [Field.DistanceName] : []);
            throw new ParameterException(
                "orderBy",
                $"'{order}' is not an order; the orders are {string.Join(", ", orders)}, "
                + "each with '-' before it for descending.");
        }

        return this with { IsDescending = isDescending, _order = sql, _orderName = isDescending ? $"-{known}" : known };
    }

    /// <summary>Orders by the geodesic distance.</summary>
    /// <exception cref="ParameterException">The query has no point.</exception>
    public FeatureQuery OrderByDistance(bool isDescending = false)
    {
        if (_point is null)
            throw new ParameterException("orderBy", "The order distance requires the parameter near.");
        return this with
        {
            IsDescending = isDescending,
            IsByDistance = true,
            _order = Distance,
            _orderName = isDescending ? $"-{Field.DistanceName}" : Field.DistanceName,
            // An index gives the nearest features; the farthest need a sort.
            _isNearestFirst = !isDescending,
        };
    }

    /// <summary>Reads from a ranked selection of the features instead of the table.</summary>
    /// <param name="from">The FROM clause.</param>
    /// <param name="rank">The order of the features.</param>
    public FeatureQuery From(SqlText from, SqlText rank) => this with { _from = from, _rank = rank };

    /// <summary>Makes the query that counts the features.</summary>
    /// <param name="isCapped">
    /// Whether the number is null if there are more features than <see cref="MaximumCount"/>. A list without filters
    /// is always counted: its number is kept for as long as the data is the same.
    /// </param>
    public CountQuery ToCount(bool isCapped) => new(isCapped && (_isFiltered || _owners is not null)
        ? $"""
            SELECT CASE WHEN count(*) <= {MaximumCount} THEN count(*) END
            FROM (SELECT FROM {Source} {Conditions} LIMIT {Number(MaximumCount + 1)}) counted
            """
        : (SqlText)$"SELECT count(*) FROM {Source} {Conditions}");

    /// <summary>
    /// Makes the query for a page. Behind the fields, each row has its id and its value in the order.
    /// </summary>
    /// <param name="limit">The greatest number of features, or null for all.</param>
    /// <param name="offset">The number of features to skip.</param>
    /// <param name="after">The cursor that the page comes after, or null.</param>
    public SqlText ToPage(long? limit, long offset = 0, Cursor? after = null)
    {
        var id = Collection.IdColumn;
        var direction = SqlText.Constant(IsDescending ? " DESC" : "");
        SqlText order = $"{id}{direction}";
        if (_rank is not null)
            order = $"{_rank}, {id}";
        else if (_order is not null)
            order = $"{_order}{direction}, {order}";

        List<SqlText> further = [];
        if (after is not null)
            further.Add(After(after));
        // A feature without a location has no distance, which cursors need.
        if (IsByDistance)
            further.Add($"{Collection.Location} IS NOT NULL");
        if (_isNearestFirst && limit is not null && after is null)
            further.Add(WithinReach(limit.Value + offset));
        var isPage = limit is not null && Source == Collection.Table;
        if (isPage && _owners is not null && !IsByDistance)
        {
            var owned = ToPageOfOwners(_owners, order, limit!.Value, offset, further);
            return SelectFrom($"({owned}) {Alias} {Collection.Joins} ORDER BY {order}");
        }

        SqlText part = $"{ConditionsWith(further)} ORDER BY {order}";
        // The planner needs the number: no plan is good for every limit.
        if (limit is not null)
            part = $"{part} LIMIT {Number(limit.Value)}";
        if (offset > 0)
            part = $"{part} OFFSET {offset}";

        // The joins look up the rows of the page alone.
        SqlText from = isPage
            ? $"""
                (SELECT {Collection.Column("*")} FROM {Collection.Table} {part}) {Alias}
                {Collection.Joins} ORDER BY {order}
                """
            : (SqlText)$"{_from ?? Collection.Joined} {part}";
        return SelectFrom(from);
    }

    private FeatureQuery Near(SqlText point) => this with
    {
        _point = point,
        Fields = Fields.Add(Collection.Fields.Single(field => field.IsDistance)),
    };

    private SqlText After(Cursor cursor)
    {
        var (id, direction) = (Collection.IdColumn, SqlText.Constant(IsDescending ? "<" : ">"));
        return _order is null
            ? $"{id} {direction} {cursor.Id}"
            : (SqlText)$"({_order}, {id}) {direction} ({cursor.Value!}, {cursor.Id})";
    }

    /// <summary>
    /// The index orders by the distance on a sphere. The greatest geodesic distance among its first features bounds
    /// that of all features that can be among the nearest.
    /// </summary>
    private SqlText WithinReach(long count) =>
        $"""
        ST_DWithin({Collection.Geography}, {_point}, (
          SELECT max(distance) + 0.001 FROM (
            SELECT {Distance} AS distance
            FROM {Source} {Conditions}
            ORDER BY {Collection.Geography} <-> {_point} LIMIT {Number(count)}) nearest))
        """;

    private SqlText Column(Field field) => field switch
    {
        { Type: FieldType.Point } => CoordinateSystem.Coordinates(field.Sql),
        { IsDistance: true } => Distance,
        { IsTranslated: true } when Languages.Length > 0 => TranslatedName.Sql(Collection.Alias, Languages),
        _ => field.Sql,
    };

    private SqlText SelectFrom(SqlText from) =>
        $"""
        SELECT {SqlText.Join(", ", Fields.Select(Column))}, {Collection.IdColumn}, {_order ?? SqlText.Constant("NULL")}
        FROM {from}
        """;

    /// <summary>
    /// Takes a page of each place, by an index, and the page of these. The planner does not know the ids that codes
    /// stand for: of a list of small places it would expect many features, and read the whole table in the order of the
    /// list for the few that there are.
    /// </summary>
    private SqlText ToPageOfOwners(Owners owners, SqlText order, long limit, long offset, List<SqlText> further) =>
        $"""
        SELECT {Collection.Column("*")}
        FROM (SELECT DISTINCT id FROM unnest({owners.Ids}) AS listed (id)) owner CROSS JOIN LATERAL (
          SELECT {Collection.Column("*")} FROM {Collection.Table}
          WHERE {SqlText.Join(" AND ", [$"{owners.Column} = owner.id", .. _conditions, .. further])}
          ORDER BY {order} LIMIT {Number(limit + offset)}) {Alias}
        ORDER BY {order} LIMIT {Number(limit)} OFFSET {offset}
        """;

    private SqlText ConditionsWith(List<SqlText> further)
    {
        List<SqlText> all = [.. _conditions, .. further];
        if (_owners is not null)
            all.Add(_owners.Condition);
        return all.Count == 0 ? $"" : (SqlText)$"WHERE {SqlText.Join(" AND ", all)}";
    }

    private static SqlText Number(long number) => SqlText.Constant(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Places that features belong to.</summary>
    /// <param name="Column">The column with the id of the place.</param>
    /// <param name="Ids">An array of ids.</param>
    private sealed record Owners(SqlText Column, SqlText Ids)
    {
        public SqlText Condition => $"{Column} = ANY ({Ids})";
    }
}

/// <summary>A query that counts the features of a list.</summary>
/// <param name="Sql">The query. Its result is null if there are too many features to count.</param>
internal sealed record CountQuery(SqlText Sql)
{
    /// <summary>A key that only queries with the same result share.</summary>
    public string Key
    {
        get
        {
            var parts = new StringBuilder();
            foreach (var part in Sql.Values.Select(TextOf).Prepend(Sql.ToString()))
                parts.Append(part.Length).Append(':').Append(part);
            // A polygon can be long; its hash is not.
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
        }
    }

    private static string TextOf(object value) => value switch
    {
        Geometry geometry => Convert.ToBase64String(geometry.AsBinary()),
        Array values => string.Join('\0', values.Cast<object>().Select(TextOf)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

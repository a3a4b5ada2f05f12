using System.Globalization;
using Cities.Api.Errors;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>
/// A query over a collection, composed of conditions. Only constants become part of the SQL, and the limit, without which
/// the server can make no plan that is good for all values; all other values travel as parameters.
/// </summary>
internal sealed class FeatureQuery
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _parameters = [];
    private List<Field> _fields;
    private string? _order;
    private string? _orderName;
    private string? _point;
    private bool _isNearest;
    private string? _from;
    private string? _rank;
    private string? _required;
    private bool _needsJoins;

    /// <param name="collection">What is queried.</param>
    public FeatureQuery(Collection collection)
    {
        Collection = collection;
        _fields = [.. collection.Fields.Where(field => field is { IsDefault: true, Name: not "distance" })];
    }

    public Collection Collection { get; }

    /// <summary>The fields that are answered, in their order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>The name of the order, with its direction, or null for that of the ids.</summary>
    public string? Order => _orderName ?? (IsDescending ? "-id" : null);

    public bool IsDescending { get; private set; }

    /// <summary>Whether the order is that of the distance, in which there are no cursors.</summary>
    public bool IsByDistance { get; private set; }

    /// <summary>The values of the parameters, in their order.</summary>
    public IReadOnlyList<object> Values => _parameters;

    /// <summary>Adds a value.</summary>
    /// <returns>Its placeholder.</returns>
    public string Parameter(object value)
    {
        _parameters.Add(value);
        return $"${_parameters.Count}";
    }

    /// <summary>Adds a condition, which refers to the features' own table.</summary>
    public void Where(string condition) => _conditions.Add(condition);

    /// <summary>Chooses the features whose field has a value.</summary>
    public void WhereEqual(Field field, object value)
    {
        _needsJoins |= !field.Sql.StartsWith(Collection.Alias + ".", StringComparison.Ordinal);
        Where($"{field.Sql} = {Parameter(value)}");
    }

    /// <summary>Answers the named fields, in this order; the id is always among them.</summary>
    /// <exception cref="ParameterException">There is no such field.</exception>
    public void Select(string names)
    {
        var chosen = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => Collection.Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ParameterException(
                    "fields",
                    $"'{name}' is not a field; the fields are {string.Join(", ", Collection.Fields.Select(field => field.Name))}."))
            .Distinct()
            .ToList();
        if (chosen.Exists(field => field.Name == "distance") && _point is null)
            throw new ParameterException("fields", "The field distance needs the parameter near.");
        if (chosen.Count == 0)
            throw new ParameterException("fields", "No field is named.");
        _fields = [Collection.Fields[0], .. chosen.Where(field => field != Collection.Fields[0])];
    }

    /// <summary>Gives all fields, save the distance where there is no point.</summary>
    public void SelectAll() =>
        _fields = [.. Collection.Fields.Where(field => field.Name != "distance" || _point is not null)];

    /// <summary>Adds fields that are not answered by default.</summary>
    public void Add(params string[] names) =>
        _fields.InsertRange(
            _fields.FindIndex(field => field.Name == "distance") is >= 0 and var index ? index : _fields.Count,
            Collection.Fields.Where(field => names.Contains(field.Name) && !_fields.Contains(field)));

    /// <summary>SQL for the distance from the point of <see cref="Near"/>, in metres.</summary>
    public string DistanceSql => $"ST_Distance({Collection.Geography}, {_point})";

    /// <summary>Measures distances from a point, and answers them.</summary>
    /// <param name="longitude">Degrees, east positive.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    public void Near(double longitude, double latitude)
    {
        // As a query of its own it is made once a query, and not once a row.
        _point = $"(SELECT ST_SetSRID(ST_MakePoint({Parameter(longitude)}, {Parameter(latitude)}), 4326)::geography)";
        _fields.Add(Collection.Fields.Single(field => field.Name == "distance"));
    }

    /// <summary>Measures distances from a city, and answers them; none where there is no such city.</summary>
    /// <param name="cityId">GeoNames id of the city.</param>
    public void NearCity(int cityId)
    {
        _point = $"(SELECT location::geography FROM cities WHERE id = {Parameter(cityId)})";
        _fields.Add(Collection.Fields.Single(field => field.Name == "distance"));
    }

    /// <summary>Leaves out what is farther from the point than a distance.</summary>
    /// <param name="radius">Metres.</param>
    public void Within(double radius) => Where($"ST_DWithin({Collection.Geography}, {_point}, {Parameter(radius)})");

    /// <summary>Orders by a name of the collection's orders, <c>id</c> or <c>distance</c>, descending behind a minus.</summary>
    /// <exception cref="ParameterException">There is no such order.</exception>
    public void OrderBy(string order)
    {
        IsDescending = order.StartsWith('-');
        var name = order.TrimStart('-');
        if (name.Equals("distance", StringComparison.OrdinalIgnoreCase))
        {
            OrderByDistance();
            return;
        }

        if (name.Equals("id", StringComparison.OrdinalIgnoreCase))
            return;
        (var known, _order) = Collection.Orders.FirstOrDefault(each => each.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        _orderName = IsDescending ? $"-{known}" : known;
        if (_order is null)
        {
            throw new ParameterException(
                "orderBy",
                $"'{order}' is not an order; the orders are "
                + $"{string.Join(", ", Collection.Orders.Keys.Prepend("id").Concat(Collection.HasLocation ? ["distance"] : []))}, each with '-' before it for descending.");
        }
    }

    /// <summary>Gives the nearest features first, by geodesic distance.</summary>
    /// <exception cref="ParameterException">There is no point.</exception>
    public void OrderByDistance()
    {
        if (_point is null)
            throw new ParameterException("orderBy", "The order distance needs the parameter near.");
        _order = DistanceSql;
        _orderName = IsDescending ? "-distance" : "distance";
        IsByDistance = true;
        // An index gives the nearest first; the farthest have to be looked for.
        _isNearest = !IsDescending;
    }

    /// <summary>The expression of a field, localised where it can be.</summary>
    public IReadOnlyList<string>? Languages { get; set; }

    /// <summary>Answers 404 unless a query has a row: that of what the list belongs to.</summary>
    public void Requires(string sql) => _required = sql;

    /// <summary>Says whether what the list belongs to is there, or null where it belongs to nothing.</summary>
    public NpgsqlBatchCommand? Requirement() => _required is null ? null : Command($"SELECT EXISTS ({_required})");

    /// <summary>Queries a part of the collection that has a rank, instead of all of it.</summary>
    /// <param name="from">The FROM clause.</param>
    /// <param name="rank">What the features are ordered by.</param>
    public void From(string from, string rank)
    {
        _from = from;
        _rank = rank;
    }

    /// <summary>The SQL that counts the features.</summary>
    public string CountSql => $"SELECT count(*) FROM {Source} {ConditionsSql}";

    /// <summary>The conditions as a WHERE clause, empty where there are none.</summary>
    public string ConditionsSql => Conditions([]);

    /// <summary>Counts the features.</summary>
    public NpgsqlBatchCommand Count() => Command(CountSql);

    /// <summary>Reads features, with the value of the order behind the fields.</summary>
    /// <param name="limit">How many at most, or null for all.</param>
    /// <param name="offset">How many to skip.</param>
    /// <param name="after">The cursor that they come behind, or null.</param>
    public NpgsqlBatchCommand Page(long? limit, long offset, Cursor? after)
    {
        var added = _parameters.Count;
        var id = $"{Collection.Alias}.id";
        List<string> further = [];
        if (after is not null)
        {
            var direction = IsDescending ? "<" : ">";
            further.Add(_order is null
                ? $"{id} {direction} {Parameter(after.Id)}"
                : $"({_order}, {id}) {direction} ({Parameter(after.Value!)}, {Parameter(after.Id)})");
        }

        if (_isNearest && limit is not null)
        {
            // The index orders by the distance on a sphere. The greatest true distance among as many as are wanted bounds
            // the true distance of all that can be among them.
            further.Add(
                $"""
                ST_DWithin({Collection.Geography}, {_point}, (
                  SELECT max(distance) + 0.001 FROM (
                    SELECT {DistanceSql} AS distance
                    FROM {Source} {ConditionsSql}
                    ORDER BY {Collection.Geography} <-> {_point} LIMIT {limit + offset}) nearest))
                """);
        }

        var descending = IsDescending ? " DESC" : "";
        var order = _order is null ? $"{id}{descending}" : $"{_order}{descending}, {id}{descending}";
        if (_rank is not null)
            order = $"{_rank}, {id}";
        var part = $"{Conditions(further)} ORDER BY {order}";
        if (limit is not null)
            part += string.Create(CultureInfo.InvariantCulture, $" LIMIT {limit}");
        if (offset > 0)
            part += $" OFFSET {Parameter(offset)}";
        // What is joined is looked up for the features of the page alone, however many there are.
        var from = limit is not null && Source == Collection.Table
            ? $"(SELECT {Collection.Alias}.* FROM {Collection.Table} {part}) {Collection.Alias} {Collection.Joins} ORDER BY {order}"
            : $"{_from ?? Joined} {part}";
        var sql = $"SELECT {string.Join(", ", Columns())}, {id}, {_order ?? "NULL"} FROM {from}";
        var command = Command(sql);
        _parameters.RemoveRange(added, _parameters.Count - added);
        return command;
    }

    /// <summary>What the conditions and the order refer to.</summary>
    private string Source => _from ?? (_needsJoins ? Joined : Collection.Table);

    private string Joined => $"{Collection.Table} {Collection.Joins}";

    private IEnumerable<string> Columns()
    {
        foreach (var field in _fields)
        {
            if (field.Type == FieldType.Point)
            {
                yield return $"ST_X({field.Sql})";
                yield return $"ST_Y({field.Sql})";
            }
            else if (field.Name == "distance")
            {
                yield return DistanceSql;
            }
            else if (field.Name == "name" && Languages is { Count: > 0 })
            {
                yield return LocalName.Sql(Collection.Alias, Parameter(Languages.ToArray()));
            }
            else
            {
                yield return field.Sql;
            }
        }
    }

    private string Conditions(IEnumerable<string> further)
    {
        var all = _conditions.Concat(further).ToList();
        return all.Count == 0 ? "" : $"WHERE {string.Join(" AND ", all)}";
    }

    /// <summary>A command that refers to the parameters.</summary>
    /// <param name="sql">Made of constants and placeholders.</param>
    public NpgsqlBatchCommand Command(string sql) => Sql.Command(sql, _parameters);
}

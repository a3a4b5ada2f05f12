using Cities.Api.Ogc.Cql;

namespace Cities.Api.Ogc;

/// <summary>A collection in OGC API – Features.</summary>
/// <param name="Collection">The collection of the queries.</param>
internal sealed record OgcCollection(Collection Collection)
{
    /// <summary>The radius in metres above which an index does not help.</summary>
    private const double MaximumIndexedRadius = 1_500_000;

    /// <summary>The length of a degree, in metres, rounded up.</summary>
    private const double MetresPerDegree = 112_000;

    public static IReadOnlyList<OgcCollection> All { get; } =
    [
        new(CityCollections.Cities with
        {
            // OGC answers ignore the languages of the client, so that a filter by name matches the name in the answer.
            Fields = [.. CityCollections.Cities.Fields.Select(field => field.Name == "name"
                ? field with { Description = "Name in Latin letters, in the local spelling." }
                : field)],
        })
        {
            Conditions = new Dictionary<string, Func<object, SqlText>>
            {
                // The index finds names without case and accents. The second condition compares the exact name.
                ["name"] = name =>
                    $"city.search_text COLLATE \"C\" = search_text({name}) AND city.name = {name}",
                ["countryCode"] = code =>
                    $"city.country_id = (SELECT id FROM countries WHERE code = {code})",
            },
        },
        new(PlaceCollections.PostalCodes)
        {
            Condition = $"postal_code.location IS NOT NULL",
            HasGeometryIndex = false,
            Conditions = new Dictionary<string, Func<object, SqlText>>
            {
                // The id is a text in answers, and a number in the index.
                ["id"] = id => OgcValues.TryId((string)id, out var number)
                    ? $"postal_code.id = {number} AND postal_code.id::text = {id}"
                    : SqlText.Constant("false"),
                ["countryCode"] = code =>
                    $"postal_code.country_id = (SELECT id FROM countries WHERE code = {code})",
                // The code is the second column of the index, after the country.
                ["code"] = code =>
                    $"postal_code.country_id = ANY (ARRAY(SELECT id FROM countries)) AND postal_code.code = {code}",
            },
        },
    ];

    public string Id => Collection.Name;

    /// <summary>A condition that all features meet, or null.</summary>
    public SqlText? Condition { get; init; }

    /// <summary>Whether an index on the geometries exists, besides the index on the geographies.</summary>
    public bool HasGeometryIndex { get; init; } = true;

    /// <summary>Conditions that use an index, by the name of the field.</summary>
    public required IReadOnlyDictionary<string, Func<object, SqlText>> Conditions { get; init; }

    /// <summary>The fields that clients can filter by, each as a parameter.</summary>
    public IReadOnlyList<Field> Filters { get; } = [.. Collection.Fields.Where(field => field.IsFilter)];

    /// <summary>The fields of the features.</summary>
    public IReadOnlyList<Field> Fields { get; } = [.. Collection.Fields.Where(field => !field.IsDistance)];

    /// <summary>The field of the location.</summary>
    public Field Location { get; } = Collection.Fields.Single(field => field.Type is FieldType.Point);

    /// <summary>The fields that a filter in CQL2 can contain.</summary>
    public IReadOnlyList<Field> Queryables => [.. Filters, Location];

    /// <summary>The fields that clients can sort by. An index exists for each.</summary>
    public IReadOnlyList<Field> Sortables { get; } =
    [
        Collection.Id,
        .. Collection.Orders.Keys.Select(name => Collection.Fields.Single(field => field.Name == name)),
    ];

    /// <summary>Makes the query for all features, with all fields.</summary>
    public FeatureQuery ToQuery()
    {
        var query = new FeatureQuery(Collection).SelectAll();
        return Condition is null ? query : query.WhereAll(Condition);
    }

    /// <summary>Makes the query for the features that meet the conditions of a request.</summary>
    /// <exception cref="ParameterException">A parameter is invalid.</exception>
    public FeatureQuery ToQuery(IQueryCollection parameters)
    {
        var query = ToQuery();
        OgcValues.CheckDateTime(parameters["datetime"]);
        var boxSystem = CoordinateSystem.Parse("bbox-crs", parameters["bbox-crs"]);
        if (parameters["bbox"] is [{ } box])
            query = WhereBox(query, box, boxSystem);
        var language = CqlFilter.Language(parameters["filter-lang"]);
        var filterSystem = CoordinateSystem.Parse("filter-crs", parameters["filter-crs"]);
        if (parameters["filter"] is [{ } filter])
            query = CqlFilter.Apply(query, this, filter, language, filterSystem);
        foreach (var field in Filters)
        {
            if (parameters[field.Name] is [{ } value])
                query = WhereEqual(query, field, value);
        }

        return query;
    }

    /// <exception cref="ParameterException">The text is not a value of the field's type.</exception>
    private FeatureQuery WhereEqual(FeatureQuery query, Field field, string text)
    {
        object value = field.Type switch
        {
            FieldType.Integer => long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ParameterException(field.Name, $"'{text}' is not a whole number in range."),
            FieldType.Date => DateOnly.TryParseExact(
                text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new ParameterException(field.Name, $"'{text}' is not a day (yyyy-MM-dd)."),
            _ => text,
        };
        return Conditions.TryGetValue(field.Name, out var condition)
            ? query.Where(condition(value))
            : query.WhereEqual(field, value);
    }

    /// <summary>
    /// Selects the features in a box of four numbers, or of six with heights. The heights are ignored, because the
    /// points have none.
    /// </summary>
    /// <exception cref="ParameterException">The text is not a box.</exception>
    private FeatureQuery WhereBox(FeatureQuery query, string text, CoordinateSystem system)
    {
        var parts = text.Split(',');
        if (parts.Length == 6)
        {
            foreach (var height in new[] { parts[2], parts[5] })
            {
                if (!double.TryParse(height, NumberStyles.Float, CultureInfo.InvariantCulture, out var metres)
                    || !double.IsFinite(metres))
                {
                    throw new ParameterException("bbox", $"'{height}' is not a height in metres.");
                }
            }

            text = string.Join(',', parts[0], parts[1], parts[3], parts[4]);
        }
        else if (parts.Length != 4)
        {
            throw new ParameterException(
                "bbox", "A box requires four numbers, or six with heights: west,south[,lowest],east,north[,highest].");
        }

        var numbers = Parameters.Numbers("bbox", text, 4, "four numbers");
        var degrees = Parameters.Box(
            "bbox", system.ToDegrees(numbers[0], numbers[1]), system.ToDegrees(numbers[2], numbers[3]));
        query = query.Where(Collections.Filters.BoxCondition(query.Collection, degrees));
        return Around(degrees) is { } around ? query.Where(around) : query;
    }

    /// <summary>
    /// Makes the condition that a feature is in a circle around a box, which uses the index on the geographies. The
    /// distance of a place in the box from the centre of the box is not longer than the path along the meridian to the
    /// latitude of the place and then along the parallel.
    /// </summary>
    /// <returns>The condition, or null if it does not help.</returns>
    public SqlText? Around((double West, double South, double East, double North) box)
    {
        if (HasGeometryIndex)
            return null;
        var width = box.West <= box.East ? box.East - box.West : box.East - box.West + 360;
        var middle = box.West + (width / 2);
        var widest = box.South > 0 ? box.South : box.North < 0 ? box.North : 0;
        var halfWidth = width / 2 * Math.Cos(double.DegreesToRadians(widest));
        var radius = MetresPerDegree * (((box.North - box.South) / 2) + halfWidth);
        if (radius > MaximumIndexedRadius)
            return null;
        var longitude = middle > 180 ? middle - 360 : middle;
        var latitude = (box.South + box.North) / 2;
        return
            $"""
            ST_DWithin({Collection.Geography},
              ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)::geography, {radius + 1}, false)
            """;
    }
}

using System.Globalization;
using Cities.Api.Errors;
using Cities.Api.Features;

namespace Cities.Api.Ogc;

/// <summary>A collection as OGC API – Features has it.</summary>
/// <param name="Collection">What is queried.</param>
internal sealed record OgcSource(Collection Collection)
{
    /// <summary>Boxes with a greater radius hold so much that an index is of no use.</summary>
    private const double MaximumIndexedRadius = 1_500_000;

    /// <summary>No degree of the Earth is longer, in metres.</summary>
    private const double MetresPerDegree = 112_000;

    public static IReadOnlyList<OgcSource> All { get; } =
    [
        new(Collections.Cities with
        {
            // Names are places' own here, so that what a name is looked for by is what is answered.
            Fields = [.. Collections.Cities.Fields.Select(field => field.Name == "name"
                ? field with { Description = "Name in Latin letters, as people of the place write it." }
                : field)],
        })
        {
            ExampleId = "2643743",
            Conditions = new Dictionary<string, string>
            {
                // The index of names finds it whatever the case and the accents, and then it has to be equal.
                ["name"] = "city.search_text COLLATE \"C\" = search_text({0}) AND city.name = {0}",
                ["countryCode"] = "city.country_id = (SELECT id FROM countries WHERE code = {0})",
            },
            Examples = new Dictionary<string, string>
            {
                ["name"] = "London",
                ["region"] = "England",
                ["asciiName"] = "London",
                ["slug"] = "london",
                ["featureCode"] = "PPLC",
                ["country"] = "United Kingdom",
                ["countryCode"] = "GB",
                ["regionCode"] = "ENG",
                ["subregion"] = "Greater London",
                ["subregionCode"] = "GLA",
                ["population"] = "8961989",
                ["elevation"] = "25",
                ["timezone"] = "Europe/London",
                ["modifiedOn"] = "2024-01-31",
                ["origin"] = "geonames",
            },
        },
        new(Collections.PostalCodes)
        {
            ExampleId = "4151413861",
            Condition = "postal_code.location IS NOT NULL",
            HasGeometryIndex = false,
            Conditions = new Dictionary<string, string>
            {
                ["countryCode"] = "postal_code.country_id = (SELECT id FROM countries WHERE code = {0})",
                // The index has the code behind the country.
                ["code"] = "postal_code.country_id = ANY (ARRAY(SELECT id FROM countries)) AND postal_code.code = {0}",
            },
            Examples = new Dictionary<string, string>
            {
                ["code"] = "SW1A",
                ["placeName"] = "London",
                ["countryCode"] = "GB",
                ["region"] = "England",
                ["subregion"] = "Greater London",
                ["district"] = "Westminster",
                ["accuracy"] = "4",
            },
        },
    ];

    public string Id => Collection.Name;

    /// <summary>A feature's id for the documentation.</summary>
    public required string ExampleId { get; init; }

    /// <summary>What all features meet, or null where there is no condition.</summary>
    public string? Condition { get; init; }

    /// <summary>Whether an index has the locations as geometries, and not as geographies alone.</summary>
    public bool HasGeometryIndex { get; init; } = true;

    /// <summary>Conditions that an index answers, by the field that they are equal to.</summary>
    public required IReadOnlyDictionary<string, string> Conditions { get; init; }

    /// <summary>Values for the documentation, by field.</summary>
    public required IReadOnlyDictionary<string, string> Examples { get; init; }

    /// <summary>The fields that features can be chosen by: those with a simple value.</summary>
    public IReadOnlyList<Field> Filters { get; } =
        [.. Collection.Fields.Skip(1).Where(field => field.Name != "distance" && field.Type is FieldType.Integer or FieldType.Text or FieldType.Date)];

    /// <summary>A query for all features with all fields.</summary>
    public FeatureQuery ToQuery()
    {
        var query = new FeatureQuery(Collection);
        query.SelectAll();
        if (Condition is not null)
            query.Where(Condition);
        return query;
    }

    /// <summary>Chooses the features that have a value.</summary>
    /// <exception cref="ParameterException">It is none of the field's type.</exception>
    public void WhereEqual(FeatureQuery query, Field field, string text)
    {
        object value = field.Type switch
        {
            FieldType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new ParameterException(field.Name, $"'{text}' is not a whole number in range."),
            FieldType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? date
                : throw new ParameterException(field.Name, $"'{text}' is not a day (yyyy-MM-dd)."),
            _ => !text.Contains('\0', StringComparison.Ordinal)
                ? text
                : throw new ParameterException(field.Name, "A NUL character is no part of a text."),
        };
        if (Conditions.TryGetValue(field.Name, out var condition))
            query.Where(string.Format(CultureInfo.InvariantCulture, condition, query.Parameter(value)));
        else
            query.WhereEqual(field, value);
    }

    /// <summary>Chooses the features in a box of four numbers, or of six whose heights do not matter: points have none.</summary>
    /// <exception cref="ParameterException">It is no such box.</exception>
    public void WhereBox(FeatureQuery query, string text)
    {
        var parts = text.Split(',');
        if (parts.Length == 6)
        {
            foreach (var height in new[] { parts[2], parts[5] })
            {
                if (!double.TryParse(height, NumberStyles.Float, CultureInfo.InvariantCulture, out var metres) || !double.IsFinite(metres))
                    throw new ParameterException("bbox", $"'{height}' is not a height in metres.");
            }

            text = string.Join(',', parts[0], parts[1], parts[3], parts[4]);
        }
        else if (parts.Length != 4)
        {
            throw new ParameterException("bbox", "A box has four numbers, or six with heights: west,south[,lowest],east,north[,highest].");
        }

        query.WhereBox("bbox", text);
        if (!HasGeometryIndex)
            WhereAround(query, Parameters.Box("bbox", text));
    }

    /// <summary>
    /// Chooses the features in a circle around a box, which the index of geographies finds. To no place in the box is the way
    /// from its middle longer than along the meridian to the place's latitude, and then along the parallel.
    /// </summary>
    private static void WhereAround(FeatureQuery query, (double West, double South, double East, double North) box)
    {
        var width = box.West <= box.East ? box.East - box.West : box.East - box.West + 360;
        var middle = box.West + (width / 2);
        var widest = box.South > 0 ? box.South : box.North < 0 ? box.North : 0;
        var radius = MetresPerDegree * (((box.North - box.South) / 2) + (width / 2 * Math.Cos(double.DegreesToRadians(widest))));
        if (radius > MaximumIndexedRadius)
            return;
        var longitude = query.Parameter(middle > 180 ? middle - 360 : middle);
        var latitude = query.Parameter((box.South + box.North) / 2);
        query.Where(
            $"ST_DWithin({query.Collection.Geography}, ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)::geography, "
            + $"{query.Parameter(radius + 1)}, false)");
    }
}

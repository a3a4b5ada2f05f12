using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cities.Api.Ogc.Cql;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>A parameter in the query string.</summary>
/// <param name="Name">The name. It is case-sensitive.</param>
/// <param name="Description">The description in the definition of the API.</param>
/// <param name="Example">An example of a value.</param>
/// <param name="Schema">Makes the schema of the values.</param>
internal sealed record OgcParameter(string Name, string Description, JsonNode? Example, Func<OpenApiSchema> Schema);

/// <summary>All parameters of an operation. As the standard requires, the API rejects other parameters.</summary>
internal sealed record OgcParameters(IReadOnlyList<OgcParameter> All)
{
    /// <summary>The formats of resources that are not features.</summary>
    public static readonly FeatureFormat[] MetadataFormats = [FeatureFormat.Json, FeatureFormat.Html];

    private static readonly FeatureFormat[] SchemaFormats =
        [FeatureFormat.Json, FeatureFormat.GeoJson, FeatureFormat.Html];

    public const int DefaultLimit = 10;
    public const int MaximumLimit = 1000;

    /// <summary>The formats of a resource that is not a feature, or null.</summary>
    public FeatureFormat[]? Formats { get; private init; }

    /// <summary>The parameters of resources that are not features.</summary>
    public static OgcParameters OfMetadata { get; } = new([Format(MetadataFormats)]) { Formats = MetadataFormats };

    /// <summary>The parameters of a schema.</summary>
    public static OgcParameters OfSchema { get; } =
        new([Format(SchemaFormats)]) { Formats = SchemaFormats };

    /// <summary>The parameters of a feature.</summary>
    public static OgcParameters OfItem { get; } = new(
    [
        Format(OgcItems.Formats),
        new(
            "crs",
            "The coordinate reference system of the answer.",
            CoordinateSystem.WebMercator.Uri,
            () => Systems()),
    ]);

    /// <summary>The parameters of a list of features.</summary>
    public static OgcParameters OfItems(OgcCollection source) => new(
    [
        new(
            "bbox",
            "A box in degrees: west,south,east,north, or west,south,lowest,east,north,highest. The heights are "
            + "ignored. If the box crosses the antimeridian, west is greater than east.",
            new JsonArray(-6, 50, 2, 56),
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MinItems = 4,
                MaxItems = 6,
                OneOf =
                [
                    new OpenApiSchema { MinItems = 4, MaxItems = 4 },
                    new OpenApiSchema { MinItems = 6, MaxItems = 6 },
                ],
                Items = new OpenApiSchema { Type = JsonSchemaType.Number },
            }),
        Text(
            "datetime",
            "A time (RFC 3339) or an interval of two times. An empty start or end, or '..', means an open interval. "
            + "The features have no time, so all of them match.",
            "2018-02-12T00:00:00Z/.."),
        new(
            "limit",
            $"The maximum number of features of the page. Higher values than {MaximumLimit} have the effect of "
            + $"{MaximumLimit}.",
            DefaultLimit,
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = $"{MaximumLimit}",
                Default = DefaultLimit,
            }),
        new("after", "The id of the feature before the page. Use the value in the link next.", 1, Integer),
        new("before", "The id of the feature after the page. Use the value in the link prev.", long.MaxValue, Integer),
        .. OfItem.All,
        new(
            "bbox-crs",
            "The coordinate reference system of bbox. In EPSG:4326, latitudes come first.",
            CoordinateSystem.Crs84.Uri,
            () => Systems()),
        new(
            "sortby",
            "The property that the features are sorted by, after '-' for descending.",
            source.Sortables[^1].Name,
            () => Choice(
            [
                .. source.Sortables.SelectMany(field => new[] { field.Name, $"+{field.Name}", $"-{field.Name}" }),
            ])),
        Text(
            "filter",
            "An expression in CQL2 (OGC 21-065r2) that the features meet. It has the comparison operators, LIKE, "
            + "BETWEEN, IN, IS NULL, AND, OR, NOT, S_INTERSECTS, and S_DWITHIN with a distance in metres. The link "
            + "queryables of the collection leads to the properties.",
            $"S_DWITHIN({source.Location.Name}, POINT(-0.1276 51.5072), 5000)"),
        Text("filter-lang", "The encoding of the filter.", CqlFilter.Languages[0]) with
        {
            Schema = () => Choice(CqlFilter.Languages),
        },
        new(
            "filter-crs",
            "The coordinate reference system of the geometries in the filter.",
            CoordinateSystem.Crs84.Uri,
            () => Systems()),
        .. source.Filters.Select(field => new OgcParameter(
            field.Name,
            $"Selects the features with this value. {field.Description}",
            field.Example,
            () => FeatureSchemas.Value(field, isNullable: false))),
    ]);

    /// <summary>Rejects unknown parameters, and those that <see cref="Parameters.Single"/> rejects.</summary>
    /// <exception cref="ParameterException">A parameter is unknown, or its value is invalid.</exception>
    public void Check(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!All.Any(parameter => parameter.Name == name))
            {
                var names = string.Join(", ", All.Select(each => each.Name));
                throw new ParameterException(name, $"The parameter is unknown; the parameters are {names}.");
            }

            Parameters.Single(name, values);
        }
    }

    private static OgcParameter Format(params FeatureFormat[] formats) =>
        Text("f", "The format. Without it, the Accept header chooses the format.", formats[0].Name()) with
        {
            Schema = () => Choice([.. formats.Select(format => format.Name())]),
        };

    private static OpenApiSchema Systems() => new()
    {
        Type = JsonSchemaType.String,
        Format = "uri",
        Enum = [.. CoordinateSystem.All.Select(each => (JsonNode)each.Uri)],
        Default = CoordinateSystem.Crs84.Uri,
    };

    private static OgcParameter Text(string name, string description, string example) =>
        new(name, description, example, () => new OpenApiSchema { Type = JsonSchemaType.String });

    private static OpenApiSchema Choice(params string[] values) =>
        new() { Type = JsonSchemaType.String, Enum = [.. values.Select(value => (JsonNode)value)] };

    private static OpenApiSchema Integer() => new() { Type = JsonSchemaType.Integer, Format = "int64" };
}

/// <summary>Parses the values of parameters.</summary>
internal static partial class OgcValues
{
    /// <summary>Parses the limit. A value above the maximum is not an error, and results in the maximum.</summary>
    public static int Limit(string? text)
    {
        if (text is null)
            return OgcParameters.DefaultLimit;
        var digits = text.TrimStart('0');
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
            throw new ParameterException("limit", $"'{text}' is not a whole number greater than 0.");
        return digits.Length > 9
            ? OgcParameters.MaximumLimit
            : Math.Min(int.Parse(digits, CultureInfo.InvariantCulture), OgcParameters.MaximumLimit);
    }

    /// <summary>Parses the id of a feature.</summary>
    public static long? Id(string name, string? text)
    {
        if (text is null)
            return null;
        return TryId(text, out var id)
            ? id
            : throw new ParameterException(name, $"'{text}' is not the id of a feature. Use the id in a link.");
    }

    /// <inheritdoc cref="Id"/>
    public static bool TryId(string text, out long id) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id);

    /// <summary>Rejects a text that is neither a time nor an interval.</summary>
    public static void CheckDateTime(string? text)
    {
        if (text is null)
            return;
        var ends = text.Split('/');
        DateTimeOffset? start = null, end = null;
        var isValid = ends.Length switch
        {
            1 => IsInstant(ends[0], out start),
            2 => (IsOpen(ends[0]) || IsInstant(ends[0], out start))
                && (IsOpen(ends[1]) || IsInstant(ends[1], out end)),
            _ => false,
        };
        if (!isValid || (start is null && end is null))
        {
            throw new ParameterException(
                "datetime",
                $"'{text}' is neither a time (RFC 3339) nor an interval of two times, one of which can be open "
                + "('..').");
        }

        if (start > end)
            throw new ParameterException("datetime", "The interval ends before it begins.");

        static bool IsOpen(string each) => each is "" or "..";

        static bool IsInstant(string each, out DateTimeOffset? instant)
        {
            var isInstant = TryInstant(each, out var parsed);
            instant = isInstant ? parsed : null;
            return isInstant;
        }
    }

    /// <summary>Parses a time (RFC 3339). RFC 3339 allows leap seconds, but .NET does not.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        return Instant().IsMatch(text)
            && DateTimeOffset.TryParse(
                LeapSecond().Replace(text, "$1:59"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out instant);
    }

    /// <summary>
    /// Parses the order of a list: a property of <see cref="OgcCollection.Sortables"/>, after '-' for descending.
    /// </summary>
    /// <returns>The order for <see cref="FeatureQuery.OrderBy"/>.</returns>
    public static string? Order(OgcCollection collection, string? text)
    {
        if (text is null)
            return null;
        // In a query string, '+' stands for a space.
        var name = text is ['+' or ' ' or '-', ..] ? text[1..] : text;
        return collection.Sortables.Any(field => field.Name == name)
            ? (text[0] == '-' ? $"-{name}" : name)
            : throw new ParameterException(
                "sortby",
                $"'{text}' is not a property to sort by; the properties are "
                + $"{string.Join(", ", collection.Sortables.Select(field => field.Name))}, "
                + "one of them, with '-' before it for descending.");
    }

    // RFC 3339, 5.6. A day is also valid, as in other parts of OGC API.
    [GeneratedRegex(
        @"^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();

    [GeneratedRegex("([Tt][0-9]{2}:59):60")]
    private static partial Regex LeapSecond();
}

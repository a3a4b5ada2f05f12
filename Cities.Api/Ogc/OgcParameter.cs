using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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
    public const int DefaultLimit = 10;
    public const int MaximumLimit = 1000;

    /// <summary>The parameters of resources whose only format is JSON.</summary>
    public static OgcParameters OfMetadata { get; } =
        new([Text("f", "The format: json.", "json") with { Schema = () => Choice("json") }]);

    /// <summary>The parameters of a feature.</summary>
    public static OgcParameters OfItem { get; } =
        new(
        [
            Text("f", "The format. Without it, the Accept header chooses the format.", "geojson") with
            {
                Schema = () => Choice("geojson", "json"),
            },
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
        .. source.Filters.Select(field => new OgcParameter(
            field.Name,
            $"Selects the features with this value. {field.Description}",
            field.Example,
            () => FeatureSchemas.Value(field, isNullable: false))),
    ]);

    /// <summary>Rejects unknown parameters, and parameters that occur more than once.</summary>
    /// <exception cref="ParameterException">A parameter is unknown, or occurs more than once.</exception>
    public void Check(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!All.Any(parameter => parameter.Name == name))
            {
                var names = string.Join(", ", All.Select(each => each.Name));
                throw new ParameterException(name, $"The parameter is unknown; the parameters are {names}.");
            }

            if (values.Count > 1)
                throw new ParameterException(name, "The parameter is given more than once.");
        }
    }

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
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new ParameterException(name, $"'{text}' is not the id of a feature. Use the id in a link.");
    }

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
            instant = null;
            // RFC 3339 allows leap seconds, but .NET does not.
            if (!Instant().IsMatch(each)
                || !DateTimeOffset.TryParse(
                    LeapSecond().Replace(each, "$1:59"),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var parsed))
            {
                return false;
            }

            instant = parsed;
            return true;
        }
    }

    // RFC 3339, 5.6. A day is also valid, as in other parts of OGC API.
    [GeneratedRegex(
        @"^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();

    [GeneratedRegex("([Tt][0-9]{2}:59):60")]
    private static partial Regex LeapSecond();
}

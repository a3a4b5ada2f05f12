using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace Cities.Api.Ogc;

/// <summary>A parameter in the query of an address, as the definition of the API has it.</summary>
/// <param name="Name">Its name; the case matters.</param>
/// <param name="Description">What it means.</param>
/// <param name="Example">A value.</param>
/// <param name="Schema">Makes the schema of its values.</param>
internal sealed record OgcParameter(string Name, string Description, JsonNode? Example, Func<OpenApiSchema> Schema);

/// <summary>All parameters of an operation: others are refused, as the standard demands.</summary>
internal sealed record OgcParameters(IReadOnlyList<OgcParameter> All)
{
    public const int DefaultLimit = 10;
    public const int MaximumLimit = 1000;

    /// <summary>The only parameter of what is JSON and nothing else.</summary>
    public static OgcParameters OfMetadata { get; } =
        new([Text("f", "The format: json.", "json") with { Schema = () => Choice("json") }]);

    /// <summary>The parameters of a feature.</summary>
    public static OgcParameters OfItem { get; } =
        new([Text("f", "The format; otherwise that of Accept.", "geojson") with { Schema = () => Choice("geojson", "json") }]);

    /// <summary>The parameters of the features of a collection.</summary>
    public static OgcParameters OfItems(OgcCollection source) => new(
    [
        new(
            "bbox",
            "A box in degrees: west,south,east,north, or with the heights that a box in three dimensions has, which are ignored: "
            + "west,south,lowest,east,north,highest. Where it crosses the antimeridian, west is greater than east.",
            new JsonArray(-6, 50, 2, 56),
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MinItems = 4,
                MaxItems = 6,
                OneOf = [new OpenApiSchema { MinItems = 4, MaxItems = 4 }, new OpenApiSchema { MinItems = 6, MaxItems = 6 }],
                Items = new OpenApiSchema { Type = JsonSchemaType.Number },
            }),
        Text(
            "datetime",
            "An instant or an interval of RFC 3339, whose start or end is open where it is '..' or empty. The features have no time, "
            + "and all of them match.",
            "2018-02-12T00:00:00Z/.."),
        new(
            "limit",
            $"How many features at most. More than {MaximumLimit} are {MaximumLimit}.",
            DefaultLimit,
            () => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = $"{MaximumLimit}",
                Default = DefaultLimit,
            }),
        new("after", "The id of the feature that the page comes behind: take it from the link next.", 1, Integer),
        new("before", "The id of the feature that the page comes before: take it from the link prev.", long.MaxValue, Integer),
        .. OfItem.All,
        .. source.Filters.Select(field => new OgcParameter(
            field.Name,
            $"The features with this value. {field.Description}",
            field.Example,
            () => FeatureSchemas.Value(field, isNullable: false))),
    ]);

    /// <summary>Refuses parameters that there are not, and those that are there more than once.</summary>
    /// <exception cref="ParameterException">There is such a parameter.</exception>
    public void Check(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!All.Any(parameter => parameter.Name == name))
                throw new ParameterException(name, $"There is no such parameter; the parameters are {string.Join(", ", All.Select(each => each.Name))}.");
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

/// <summary>Reads the values of parameters.</summary>
internal static partial class OgcValues
{
    /// <summary>How many features are wanted. What is above the maximum is the maximum, and not an error.</summary>
    public static int Limit(string? text)
    {
        if (text is null)
            return OgcParameters.DefaultLimit;
        var digits = text.TrimStart('0');
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
            throw new ParameterException("limit", $"'{text}' is not a whole number above 0.");
        return digits.Length > 9 ? OgcParameters.MaximumLimit : Math.Min(int.Parse(digits, CultureInfo.InvariantCulture), OgcParameters.MaximumLimit);
    }

    /// <summary>The id of a feature.</summary>
    public static long? Id(string name, string? text)
    {
        if (text is null)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new ParameterException(name, $"'{text}' is not the id of a feature: take it from a link.");
    }

    /// <summary>Refuses what is neither an instant nor an interval.</summary>
    public static void CheckDateTime(string? text)
    {
        if (text is null)
            return;
        var ends = text.Split('/');
        DateTimeOffset? start = null, end = null;
        var isValid = ends.Length switch
        {
            1 => IsInstant(ends[0], out start),
            2 => (IsOpen(ends[0]) || IsInstant(ends[0], out start)) && (IsOpen(ends[1]) || IsInstant(ends[1], out end)),
            _ => false,
        };
        if (!isValid || (start is null && end is null))
            throw new ParameterException("datetime", $"'{text}' is neither an instant of RFC 3339 nor an interval of two, one of which may be open ('..').");
        if (start > end)
            throw new ParameterException("datetime", "The interval ends before it begins.");

        static bool IsOpen(string each) => each is "" or "..";

        static bool IsInstant(string each, out DateTimeOffset? instant)
        {
            instant = null;
            // A leap second is an instant, but none that .NET knows.
            if (!Instant().IsMatch(each)
                || !DateTimeOffset.TryParse(
                    LeapSecond().Replace(each, "$1:59"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                return false;
            }

            instant = parsed;
            return true;
        }
    }

    // RFC 3339, 5.6; a day is taken too, as other parts of OGC API have it.
    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}([Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Instant();

    [GeneratedRegex("([Tt][0-9]{2}:59):60")]
    private static partial Regex LeapSecond();
}

using System.Text.Json.Nodes;

namespace Cities.Api.Collections;

/// <summary>How the value of a field is read and written.</summary>
internal enum FieldType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, such as a distance in metres.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A day (yyyy-MM-dd).</summary>
    Date,

    /// <summary>A point: an object in JSON, the geometry in GeoJSON, two columns in CSV.</summary>
    Point,

    /// <summary>A list of texts: an array in JSON and GeoJSON, one value with commas in CSV.</summary>
    TextList,

    /// <summary>
    /// A bounding box (west, south, east, north): an array in JSON and GeoJSON, one value with commas in CSV.
    /// </summary>
    Box,
}

/// <summary>
/// A field of a collection. Every format, every schema and every example of the field comes from this description.
/// </summary>
/// <param name="Name">The name in answers.</param>
/// <param name="Expression">The SQL expression of the value.</param>
/// <param name="Type">How the value is read and written.</param>
/// <param name="Description">What the value means, with its unit.</param>
/// <param name="Example">An example of the value; of a point, an array of longitude and latitude.</param>
internal sealed record Field(string Name, string Expression, FieldType Type, string Description, JsonNode? Example)
{
    /// <summary>The field of the geodesic distance. Only answers to requests with a point have it.</summary>
    public const string DistanceName = "distance";

    /// <summary>The SQL expression of the value.</summary>
    public SqlText Sql { get; } = SqlText.Constant(Expression);

    /// <summary>The values of a field that is never null, or null if there are too many to list.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>
    /// Whether the value is the name of the feature, which answers contain in a language of the client if GeoNames has
    /// the name in it.
    /// </summary>
    public bool IsTranslated { get; init; }

    /// <summary>
    /// Whether the value is looked up in another table for each feature. The lookup is fast for the features of an
    /// answer, but too slow for a condition, which compares the values of all features.
    /// </summary>
    public bool IsLookup { get; init; }

    /// <summary>Whether the field is in answers to requests that name no fields.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>Whether this is the distance, whose SQL depends on the request.</summary>
    public bool IsDistance => Name == DistanceName;

    /// <summary>
    /// Whether a request can select features by this field: its value is a simple one, does not depend on the request,
    /// and is not a lookup.
    /// </summary>
    public bool IsFilter => !IsDistance && !IsLookup && Type is FieldType.Integer or FieldType.Text or FieldType.Date;

    /// <summary>Makes the field of the geodesic distance.</summary>
    /// <param name="example">An example, in metres.</param>
    public static Field Distance(double example) =>
        new(DistanceName, "", FieldType.Number, "Geodesic distance in metres from the requested point.", example);
}

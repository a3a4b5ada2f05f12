namespace Cities.Api.Features;

/// <summary>How a field's value is read and written.</summary>
internal enum FieldType
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, such as a distance in metres.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Several texts; comma-separated in CSV.</summary>
    TextList,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A day (yyyy-MM-dd).</summary>
    Date,

    /// <summary>A point: an object in JSON, the geometry in GeoJSON, two columns in CSV.</summary>
    Point,
}

/// <summary>A field of a collection's features.</summary>
/// <param name="Name">Name in answers.</param>
/// <param name="Sql">The expression that gives its value.</param>
/// <param name="Type">How it is read and written.</param>
/// <param name="Description">What it is, with its unit.</param>
internal sealed record Field(string Name, string Sql, FieldType Type, string Description)
{
    /// <summary>Whether it is answered where the caller names no fields.</summary>
    public bool IsDefault { get; init; } = true;
}

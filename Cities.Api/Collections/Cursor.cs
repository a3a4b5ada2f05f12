using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Api.Collections;

/// <summary>
/// A position in a list: the id of a feature, and the feature's value in the order of the list. The next page starts
/// after this feature. Unlike an offset, a cursor stays valid if rows are inserted or deleted, and all pages cost the
/// same.
/// </summary>
/// <param name="Order">The order of the list that the cursor belongs to.</param>
/// <param name="Id">The id of the feature.</param>
/// <param name="Text">The value of the feature if the list is ordered by a text.</param>
/// <param name="Number">The value of the feature if the list is ordered by an integer.</param>
/// <param name="Distance">The distance of the feature in metres if the list is ordered by distance.</param>
internal sealed record Cursor(
    [property: JsonPropertyName("o")] string? Order,
    [property: JsonPropertyName("i")] long Id,
    [property: JsonPropertyName("t")] string? Text,
    [property: JsonPropertyName("n")] long? Number,
    [property: JsonPropertyName("d"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    double? Distance = null)
{
    /// <summary>The maximum length of a cursor. The API makes no longer ones.</summary>
    public const int MaximumLength = 1000;

    [JsonIgnore]
    public object? Value => Text ?? (object?)Number ?? Distance;

    /// <summary>Whether the cursor has a value of the type that its order has.</summary>
    private bool HasValue => Order?.TrimStart('-') switch
    {
        null or "id" => Value is null,
        "population" => Value is long,
        Field.DistanceName => Value is double,
        _ => Value is string,
    };

    /// <summary>Parses a cursor from <see cref="ToString"/>.</summary>
    /// <param name="text">The parameter; empty for the start of the list.</param>
    /// <param name="order">The order of this list.</param>
    /// <param name="name">The name of the parameter, for errors.</param>
    /// <exception cref="ParameterException">
    /// The text is not a cursor, or the cursor belongs to another list.
    /// </exception>
    public static Cursor? Parse(string text, string? order, string name = "after")
    {
        if (text.Length == 0)
            return null;
        Cursor? cursor = null;
        try
        {
            if (text.Length <= MaximumLength && Base64Url.IsValid(text))
                cursor = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), ApiJsonContext.Default.Cursor);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
        }

        if (cursor is not { HasValue: true } || (cursor.Text is { } value && Parameters.HasNul(value)))
        {
            throw new ParameterException(
                name, "The value is not a cursor. Use the cursor in the link to the next page.");
        }

        return cursor.Order == order
            ? cursor
            : throw new ParameterException(name, "The cursor belongs to a list with another order.");
    }

    /// <summary>Parses the cursor of a request.</summary>
    /// <param name="text">The parameter <c>after</c>; empty for the start of the list.</param>
    /// <param name="offset">The parameter <c>offset</c>, or null.</param>
    /// <param name="order">The order of this list.</param>
    /// <exception cref="ParameterException">The cursor is invalid, or the request also has an offset.</exception>
    public static Cursor? Of(string text, int? offset, string? order) => offset is > 0
        ? throw new ParameterException("offset", "The parameters after and offset cannot be combined.")
        : Parse(text, order);

    public override string ToString() =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, ApiJsonContext.Default.Cursor));
}

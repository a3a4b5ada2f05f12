using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cities.Api.Collections;

/// <summary>
/// The place in a list behind a feature: its id, and its value in the order of the list. It names no position, so that it
/// stays right while rows come and go, and costs the same wherever it is.
/// </summary>
/// <param name="Order">The order of the list, which the cursor is good for.</param>
/// <param name="Id">The feature's id.</param>
/// <param name="Text">Its value, where the order is one of text.</param>
/// <param name="Number">Its value, where the order is one of numbers.</param>
internal sealed record Cursor(
    [property: JsonPropertyName("o")] string? Order,
    [property: JsonPropertyName("i")] long Id,
    [property: JsonPropertyName("t")] string? Text,
    [property: JsonPropertyName("n")] long? Number)
{
    /// <summary>Longer ones are none of ours.</summary>
    public const int MaximumLength = 1000;

    [JsonIgnore]
    public object? Value => Text is null ? Number : Text;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The parameter; empty for the beginning of the list.</param>
    /// <param name="order">The order of this list.</param>
    /// <exception cref="ParameterException">It is no cursor, or one of another list.</exception>
    public static Cursor? Parse(string text, string? order)
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

        if (cursor is null || (cursor.Order is not null and not "-id" && cursor.Value is null) || cursor.Text?.Contains('\0') == true)
            throw new ParameterException("after", "This is not a cursor: take it from the link to the next page.");
        return cursor.Order == order
            ? cursor
            : throw new ParameterException("after", "The cursor belongs to a list in another order.");
    }

    public override string ToString() =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, ApiJsonContext.Default.Cursor));
}

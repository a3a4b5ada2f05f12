using System.Text.Json;

namespace Cities.Api.Editing;

/// <summary>
/// Reads the properties of a JSON object one by one: a merge patch distinguishes a missing property from null. Errors
/// name the property.
/// </summary>
internal static class JsonBody
{
    /// <summary>The name in errors that do not belong to one property.</summary>
    public const string Name = "body";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="take">
    /// Receives a property, and returns false if it is unknown. A <see cref="FormatException"/> describes an invalid
    /// value.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The errors by the names of the properties; none if the object is valid.</returns>
    /// <exception cref="ParameterException">The body is not a JSON object.</exception>
    public static async Task<Dictionary<string, string[]>> ReadAsync(
        HttpRequest request, Func<string, JsonElement, bool> take, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Options, cancellationToken);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ParameterException(Name, "The body is not a JSON object.");
            foreach (var property in document.RootElement.EnumerateObject())
                Take(property);
        }
        catch (JsonException exception)
        {
            throw new ParameterException(Name, $"The body is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is valid JSON. Only reading the string finds it.
            throw new ParameterException(Name, "The body contains a string that is not valid Unicode.");
        }

        return errors;

        void Take(JsonProperty property)
        {
            try
            {
                if (!take(property.Name, property.Value))
                    errors[Name] = [$"Unknown property '{property.Name}'."];
            }
            catch (FormatException exception)
            {
                errors[property.Name] = [exception.Message];
            }
        }
    }

    /// <exception cref="FormatException">The value is not a string, or not a name that can be displayed.</exception>
    public static string Text(this JsonElement value, int maximumLength)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new FormatException("The value is not a string.");
        var text = value.GetString()!;
        return text.Length == 0 || text.Length > maximumLength
            ? throw new FormatException($"The value does not have between 1 and {maximumLength} characters.")
            : PlaceNames.IsValid(text)
                ? text
                : throw new FormatException(
                    "The value contains a control or format character, or begins or ends with a space.");
    }

    /// <exception cref="FormatException">The value is not a whole number, or out of range.</exception>
    public static long Integer(this JsonElement value, long minimum, long maximum) =>
        value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
        && number >= minimum
        && number <= maximum
            ? number
            : throw new FormatException($"The value is not a whole number between {minimum} and {maximum}.");

    /// <exception cref="FormatException">The value is not a number, or out of range.</exception>
    public static double Number(this JsonElement value, double minimum, double maximum) =>
        value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && number >= minimum
        && number <= maximum
            ? number
            : throw new FormatException($"The value is not a number between {minimum} and {maximum}.");
}

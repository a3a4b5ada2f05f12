using System.Text.Json;
using Cities.Api.Errors;

namespace Cities.Api.Administration;

/// <summary>Reads the JSON object that a request has for a body. What is wrong is told by the member it is wrong with.</summary>
internal static class JsonBody
{
    /// <summary>What is said of errors that are no member's.</summary>
    public const string Name = "body";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads an object and hands out its members one by one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="take">Takes a member, or returns false for one that there is none of; a <see cref="FormatException"/> says why not.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is wrong, by the members' names; nothing where all is well.</returns>
    /// <exception cref="ParameterException">The body is no JSON object.</exception>
    public static async Task<Dictionary<string, string[]>> ReadAsync(
        HttpRequest request, Func<string, JsonElement, bool> take, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, Options, cancellationToken);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ParameterException(Name, "The body is not a JSON object.");
            foreach (var member in document.RootElement.EnumerateObject())
                Take(member);
        }
        catch (JsonException exception)
        {
            throw new ParameterException(Name, $"The body is not JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is valid JSON, and only found where a text is looked into.
            throw new ParameterException(Name, "The body has a text that is not valid Unicode.");
        }

        return errors;

        void Take(JsonProperty member)
        {
            try
            {
                if (!take(member.Name, member.Value))
                    errors[Name] = [$"The body has a member that there is none of: {member.Name}."];
            }
            catch (FormatException exception)
            {
                errors[member.Name] = [exception.Message];
            }
        }
    }

    /// <exception cref="FormatException">It is no text, or not a name that could be shown.</exception>
    public static string Text(this JsonElement value, int maximumLength)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new FormatException("The value is not a text.");
        var text = value.GetString()!;
        return text.Length == 0 || text.Length > maximumLength ? throw new FormatException($"The value has not between 1 and {maximumLength} characters.")
            : text.Any(char.IsControl) ? throw new FormatException("The value has a control character.")
            : text.Trim() != text ? throw new FormatException("The value begins or ends with a space.")
            : text;
    }

    /// <exception cref="FormatException">It is no whole number, or out of range.</exception>
    public static long Integer(this JsonElement value, long minimum, long maximum) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= minimum && number <= maximum
            ? number
            : throw new FormatException($"The value is not a whole number between {minimum} and {maximum}.");

    /// <exception cref="FormatException">It is no number, or out of range.</exception>
    public static double Number(this JsonElement value, double minimum, double maximum) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= minimum && number <= maximum
            ? number
            : throw new FormatException($"The value is not a number between {minimum} and {maximum}.");

    /// <exception cref="FormatException">It is neither true nor false.</exception>
    public static bool Flag(this JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new FormatException("The value is neither true nor false.");
}

using System.Globalization;

namespace Cities.Importer;

/// <summary>
/// Parses the values of options. A text that could be meant otherwise is rejected: .NET reads <c>5</c> as five days,
/// and <c>01/02/2026</c> as a day in January.
/// </summary>
internal static class OptionValue
{
    private const NumberStyles Number =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private static readonly Dictionary<Type, (Func<string, object?> Parse, string Expected)> Types = new()
    {
        [typeof(string)] = (text => text, "a text"),
        [typeof(bool)] = (text => bool.TryParse(text, out var value) ? value : null, "true or false"),
        [typeof(long)] = (
            text => long.TryParse(text, NumberStyles.AllowLeadingSign, Culture, out var value) ? value : null,
            "a whole number such as 1000"),
        [typeof(double)] = (
            text => double.TryParse(text, Number, Culture, out var value) ? value : null, "a number such as 0.05"),
        [typeof(TimeSpan)] = (
            text => TimeSpan.TryParseExact(text, [@"hh\:mm\:ss", @"d\.hh\:mm\:ss"], Culture, out var value)
                ? value
                : null,
            "a duration of the form hh:mm:ss or d.hh:mm:ss"),
        [typeof(DateOnly)] = (
            text => DateOnly.TryParseExact(text, "yyyy-MM-dd", Culture, DateTimeStyles.None, out var value)
                ? value
                : null,
            "a date of the form yyyy-MM-dd"),
    };

    /// <summary>Parses a value.</summary>
    /// <param name="type">The type of the option.</param>
    /// <param name="text">The text. For a nullable value type, an empty text is null.</param>
    /// <exception cref="FormatException">
    /// The text is not of the type. The message continues the name of the option.
    /// </exception>
    public static object? Parse(Type type, string text)
    {
        if (Nullable.GetUnderlyingType(type) is not { } underlying)
            underlying = type;
        else if (text.Length == 0)
            return null;
        var (parse, expected) = Types[underlying];
        return parse(text) ?? throw new FormatException($"is '{text}', not {expected}");
    }
}

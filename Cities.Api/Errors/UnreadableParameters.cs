using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 400, naming the parameter, when a value of the query cannot be read as the number or the time that it should be. The
/// generated code of the endpoints says no more than 400, and takes an empty value for none. (One that can be read but is out
/// of range is answered by the validation.)
/// </summary>
internal static class UnreadableParameters
{
    private static readonly Dictionary<Type, Kind> Kinds = new()
    {
        [typeof(int)] = new Kind(CanRead<int>, "a whole number in range"),
        [typeof(long)] = new Kind(CanRead<long>, "a whole number in range"),
        [typeof(double)] = new Kind(CanRead<double>, "a number"),
        [typeof(DateTimeOffset)] = new Kind(CanReadTime, "a time (RFC 3339)"),
    };

    /// <summary>The filter of an endpoint.</summary>
    /// <exception cref="KeyNotFoundException">A parameter is of a type that is not among those above.</exception>
    public static EndpointFilterDelegate Filter(EndpointFilterFactoryContext context, EndpointFilterDelegate next)
    {
        var parameters = ParametersOf(context.MethodInfo).ToArray();
        if (parameters.Length == 0)
            return next;
        return invocation =>
        {
            var query = invocation.HttpContext.Request.Query;
            foreach (var (name, kind) in parameters)
            {
                if (query.TryGetValue(name, out var value) && !kind.CanBeRead(value))
                    throw new ParameterException(name, $"'{value}' is not {kind.Description}.");
            }

            return next(invocation);
        };
    }

    private static IEnumerable<(string Name, Kind Kind)> ParametersOf(MethodInfo handler)
    {
        foreach (var parameter in handler.GetParameters())
        {
            if (parameter.IsDefined(typeof(AsParametersAttribute)))
            {
                foreach (var property in parameter.ParameterType.GetProperties())
                {
                    if (Of(property, property.Name, property.PropertyType) is { } found)
                        yield return found;
                }
            }
            else if (Of(parameter, parameter.Name!, parameter.ParameterType) is { } found)
            {
                yield return found;
            }
        }

        static (string Name, Kind Kind)? Of(ICustomAttributeProvider member, string name, Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            return type.IsValueType && member.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false) is [FromQueryAttribute source]
                ? (source.Name ?? name, Kinds[type])
                : null;
        }
    }

    // As the framework reads them.
    private static bool CanRead<T>(string? value) where T : IParsable<T> => T.TryParse(value, CultureInfo.InvariantCulture, out _);

    private static bool CanReadTime(string? value) => DateTimeOffset.TryParse(
        value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out _);

    private sealed record Kind(Func<string?, bool> CanBeRead, string Description);
}

using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 400 with the name of the parameter if a value in the query has the wrong type, contains a NUL character, or
/// is given more than once. The check runs before the generated code of the endpoints, which does not name the
/// parameter, takes an empty value for a missing one, joins repeated values with commas (<c>near=1&amp;near=2</c> to
/// <c>1,2</c>), and ignores commas in numbers (<c>lat=4,8</c> is 48). Validation checks the ranges.
/// </summary>
internal sealed class UnreadableParameters
{
    private const string WholeNumber = "a whole number in range. Use no thousands separators";

    private static readonly Dictionary<Type, ParameterKind> Kinds = new()
    {
        [typeof(string)] = new ParameterKind(_ => true, "a text"),
        [typeof(int)] = new ParameterKind(
            value => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _), WholeNumber),
        [typeof(long)] = new ParameterKind(
            value => long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _), WholeNumber),
        [typeof(double)] = new ParameterKind(
            value => Parameters.IsNumber(value, out _), "a number. Use a decimal point, and no thousands separators"),
        [typeof(bool)] = new ParameterKind(value => bool.TryParse(value, out _), "true or false"),
        [typeof(DateTimeOffset)] = new ParameterKind(CanReadTime, "a time (RFC 3339)"),
    };

    private readonly List<(string Name, ParameterKind Kind)> _parameters;

    private UnreadableParameters(IEnumerable<IParameterBindingMetadata> parameters) =>
        _parameters = [.. parameters.Select(Find).OfType<(string, ParameterKind)>()];

    /// <summary>Adds the check to the endpoints of a group.</summary>
    public static RouteGroupBuilder AddTo(RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            var parameters = new UnreadableParameters(endpoint.Metadata.OfType<IParameterBindingMetadata>());
            if (parameters._parameters.Count == 0 || endpoint.RequestDelegate is not { } next)
                return;
            endpoint.RequestDelegate = context =>
            {
                parameters.Check(context.Request.Query);
                return next(context);
            };
        });
        return group;
    }

    private void Check(IQueryCollection query)
    {
        foreach (var (name, kind) in _parameters)
        {
            if (!query.TryGetValue(name, out var values))
                continue;
            var value = Parameters.Single(name, values);
            if (!kind.CanBeRead(value))
                throw new ParameterException(name, $"'{value}' is not {kind.Description}.");
        }
    }

    /// <summary>Finds the kind of a parameter, or null if the query does not contain it.</summary>
    /// <exception cref="NotSupportedException">The type of the parameter is unknown.</exception>
    private static (string Name, ParameterKind Kind)? Find(IParameterBindingMetadata parameter)
    {
        var source = parameter.ParameterInfo.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false)
            .OfType<FromQueryAttribute>()
            .FirstOrDefault();
        var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType)
            ?? parameter.ParameterInfo.ParameterType;
        if (source is null)
            return null;
        var name = source.Name ?? parameter.Name;
        return Kinds.TryGetValue(type, out var kind)
            ? (name, kind)
            : throw new NotSupportedException(
                $"The parameter {name} has the type {type}, which {nameof(UnreadableParameters)} cannot check.");
    }

    // The same conversion as in the generated code.
    private static bool CanReadTime(string? value) => DateTimeOffset.TryParse(
        value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out _);

    private sealed record ParameterKind(Func<string?, bool> CanBeRead, string Description);
}

/// <summary>Requires one of the given values. The OpenAPI document lists them.</summary>
/// <param name="values">The allowed values.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] values) : ValidationAttribute
{
    /// <summary>The allowed values.</summary>
    public string[] Values { get; } = values;

    public override bool IsValid(object? value) => value is null || Values.Contains(value);

    public override string FormatErrorMessage(string name) =>
        $"The field {name} must be one of {string.Join(", ", Values)}.";
}

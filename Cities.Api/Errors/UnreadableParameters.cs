using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Metadata;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 400 with the name of the parameter if a value in the query has the wrong type. The generated code of the
/// endpoints does not name the parameter, and treats an empty value as a missing one. Validation checks the ranges.
/// </summary>
internal sealed class UnreadableParameters
{
    private static readonly Dictionary<Type, ParameterKind> Kinds = new()
    {
        [typeof(int)] = new ParameterKind(CanRead<int>, "a whole number in range"),
        [typeof(long)] = new ParameterKind(CanRead<long>, "a whole number in range"),
        [typeof(double)] = new ParameterKind(CanRead<double>, "a number"),
        [typeof(DateTimeOffset)] = new ParameterKind(CanReadTime, "a time (RFC 3339)"),
    };

    private readonly List<(string Name, ParameterKind Kind)> _parameters;

    private UnreadableParameters(IEnumerable<IParameterBindingMetadata> parameters) =>
        _parameters = [.. parameters.Select(Find).OfType<(string, ParameterKind)>()];

    /// <summary>Adds the check to the endpoints of a group.</summary>
    public static RouteGroupBuilder AddTo(RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
            endpoint.Metadata.Add(new UnreadableParameters(endpoint.Metadata.OfType<IParameterBindingMetadata>())));
        return group.AddEndpointFilter((invocation, next) =>
        {
            var context = invocation.HttpContext;
            context.GetEndpoint()?.Metadata.GetMetadata<UnreadableParameters>()?.Check(context.Request.Query);
            return next(invocation);
        });
    }

    private void Check(IQueryCollection query)
    {
        foreach (var (name, kind) in _parameters)
        {
            if (query.TryGetValue(name, out var value) && !kind.CanBeRead(value))
                throw new ParameterException(name, $"'{value}' is not {kind.Description}.");
        }
    }

    /// <summary>Finds the kind of a parameter, or null if any text can be read as its type.</summary>
    /// <exception cref="NotSupportedException">The type of the parameter is unknown.</exception>
    private static (string Name, ParameterKind Kind)? Find(IParameterBindingMetadata parameter)
    {
        var source = parameter.ParameterInfo.GetCustomAttributes(typeof(FromQueryAttribute), inherit: false)
            .OfType<FromQueryAttribute>()
            .FirstOrDefault();
        var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType)
            ?? parameter.ParameterInfo.ParameterType;
        if (source is null || !type.IsValueType)
            return null;
        var name = source.Name ?? parameter.Name;
        return Kinds.TryGetValue(type, out var kind)
            ? (name, kind)
            : throw new NotSupportedException(
                $"The parameter {name} has the type {type}, which {nameof(UnreadableParameters)} cannot check.");
    }

    // The same conversions as in the generated code.
    private static bool CanRead<T>(string? value) where T : IParsable<T> =>
        T.TryParse(value, CultureInfo.InvariantCulture, out _);

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

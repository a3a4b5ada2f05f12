using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Errors;

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

namespace Cities.Api.OpenApi;

/// <summary>The example of a parameter in the OpenAPI document.</summary>
/// <param name="value">The value as it stands in the address.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class ExampleAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}

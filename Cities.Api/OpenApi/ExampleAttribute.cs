namespace Cities.Api.OpenApi;

/// <summary>The example of a parameter in the OpenAPI document.</summary>
/// <param name="value">The value in the URL.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class ExampleAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}

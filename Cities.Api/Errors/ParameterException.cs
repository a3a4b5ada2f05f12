namespace Cities.Api.Errors;

/// <summary>A parameter that cannot be answered; <see cref="BadRequestHandler"/> answers 400 and names it.</summary>
/// <param name="parameter">Name of the parameter, as it stands in the address.</param>
/// <param name="message">What is wrong with it.</param>
internal sealed class ParameterException(string parameter, string message) : Exception(message)
{
    public string Parameter { get; } = parameter;
}

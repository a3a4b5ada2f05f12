namespace Cities.Api.Errors;

/// <summary>A parameter is invalid. <see cref="BadRequestHandler"/> answers 400 with its name.</summary>
/// <param name="parameter">The name of the parameter in the URL.</param>
/// <param name="message">The reason, for the client.</param>
internal sealed class ParameterException(string parameter, string message) : Exception(message)
{
    public string Parameter { get; } = parameter;
}

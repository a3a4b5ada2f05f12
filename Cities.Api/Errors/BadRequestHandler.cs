using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>Answers invalid requests with 400, and with the names of the invalid parameters or properties.</summary>
internal sealed partial class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var status = exception switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            ParameterException => StatusCodes.Status400BadRequest,
            _ => 0,
        };
        if (status == 0)
            return false;
        httpContext.Response.StatusCode = status;
        var problem = new HttpValidationProblemDetails { Status = status };
        foreach (var (name, message) in Describe(exception))
            problem.Errors[name] = [message];
        return await problems.TryWriteAsync(
            new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    /// <summary>Describes an invalid request in one text, with the names of the parameters or properties.</summary>
    /// <param name="exception">A <see cref="ParameterException"/> or a <see cref="BadHttpRequestException"/>.</param>
    public static string DescribeInText(Exception exception) =>
        string.Join(' ', Describe(exception).Select(error => $"{error.Name}: {error.Message}"));

    private static IEnumerable<(string Name, string Message)> Describe(Exception exception)
    {
        if (exception is ParameterException parameter)
            return [(parameter.Parameter, parameter.Message)];
        if (exception.InnerException is JsonException json)
        {
            return MissingProperties().Match(json.Message) is { Success: true, Groups: var names }
                ? names["name"].Captures.Select(name => (name.Value, "The property is required."))
                : [Describe(json)];
        }

        // Only the message of the framework contains the name. A test checks the pattern.
        if (MissingBody().IsMatch(exception.Message))
            return [(JsonBody.Name, "The body is required.")];
        return MissingParameter().Match(exception.Message) is { Success: true, Groups: var missing }
            ? [(missing["name"].Value, "The parameter is required.")]
            : [];
    }

    /// <summary>Names the property of a body that cannot be read.</summary>
    private static (string Name, string Message) Describe(JsonException exception)
    {
        if (UnknownProperty().Match(exception.Message) is { Success: true, Groups: var unknown })
            return (JsonBody.Name, $"Unknown property '{unknown["name"].Value}'.");
        if (DuplicateProperty().Match(exception.Message) is { Success: true, Groups: var duplicate })
            return (JsonBody.Name, $"The property '{duplicate["name"].Value}' is given more than once.");
        if (WrongType().Match(exception.Message) is { Success: true, Groups: var type })
        {
            return PropertyOfPath().Match(exception.Path ?? "") is { Success: true, Groups: var property }
                ? (property["name"].Value, $"The value is not {Expected(type["type"].Value)}.")
                : (JsonBody.Name, "The body is not a JSON object.");
        }

        return (JsonBody.Name, $"The body is not valid JSON for this request: {exception.Message}");
    }

    private static string Expected(string type) => type switch
    {
        "System.Boolean" => "true or false",
        "System.String" => "a valid string",
        _ when type.Contains("IReadOnlyList", StringComparison.Ordinal) => "a list of strings",
        _ when type.Contains(nameof(ImportJobOperation), StringComparison.Ordinal) => "one of import, update",
        _ when type.Contains(nameof(ImportKind), StringComparison.Ordinal) =>
            $"one of {DataKindNames.All}, {string.Join(", ", DataKindNames.Known)}",
        _ => "of the type of this property",
    };

    [GeneratedRegex("""Required parameter "[^"]+ (?<name>\w+)" was not provided""")]
    private static partial Regex MissingParameter();

    [GeneratedRegex("was missing required properties including: ('(?<name>[^']+)'(, )?)+")]
    private static partial Regex MissingProperties();

    [GeneratedRegex("was not provided from body|no body was provided")]
    private static partial Regex MissingBody();

    [GeneratedRegex("The JSON property '(?<name>.*)' could not be mapped", RegexOptions.Singleline)]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("Duplicate property '(?<name>.*)' encountered", RegexOptions.Singleline)]
    private static partial Regex DuplicateProperty();

    [GeneratedRegex(@"^\$\.(?<name>\w+)")]
    private static partial Regex PropertyOfPath();

    [GeneratedRegex(@"could not be converted to (?<type>[^ ]+)\. Path")]
    private static partial Regex WrongType();
}

/// <summary>A parameter is invalid. <see cref="BadRequestHandler"/> answers 400 with its name.</summary>
/// <param name="parameter">The name of the parameter in the URL.</param>
/// <param name="message">The reason, for the client.</param>
internal sealed class ParameterException(string parameter, string message) : Exception(message)
{
    public string Parameter { get; } = parameter;
}

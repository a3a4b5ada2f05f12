using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 400, naming the parameter, when a value cannot be read as what it should be. (One that can be read but is out of
/// range is answered by the validation.)
/// </summary>
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
        if (exception is ParameterException parameter)
            problem.Errors[parameter.Parameter] = [parameter.Message];
        // The framework says which parameter in its message alone; a test holds that message to this pattern.
        if (BindingFailure().Match(exception.Message) is { Success: true, Groups: var groups })
        {
            problem.Errors[groups["name"].Value] =
                [$"'{groups["value"].Value}' is not {Describe(groups["type"].Value)}."];
        }
        else if (MissingParameter().Match(exception.Message) is { Success: true, Groups: var missing })
        {
            problem.Errors[missing["name"].Value] = ["The parameter is required."];
        }

        return await problems.TryWriteAsync(
            new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static string Describe(string type) => type switch
    {
        var integer when integer.Contains("int", StringComparison.OrdinalIgnoreCase) => "a whole number in range",
        var number when number.Contains("double", StringComparison.OrdinalIgnoreCase) => "a number",
        _ => "a valid value",
    };

    [GeneratedRegex("""parameter "(?<type>[^"]+) (?<name>\w+)" from "(?<value>.*)"\.""", RegexOptions.Singleline)]
    private static partial Regex BindingFailure();

    [GeneratedRegex("""Required parameter "[^"]+ (?<name>\w+)" was not provided""")]
    private static partial Regex MissingParameter();
}

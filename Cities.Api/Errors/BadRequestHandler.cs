using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>Answers 400, naming the parameter, when it is missing or cannot be answered, and what else is no request of HTTP.</summary>
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
        if (MissingParameter().Match(exception.Message) is { Success: true, Groups: var missing })
            problem.Errors[missing["name"].Value] = ["The parameter is required."];
        return await problems.TryWriteAsync(
            new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    [GeneratedRegex("""Required parameter "[^"]+ (?<name>\w+)" was not provided""")]
    private static partial Regex MissingParameter();
}

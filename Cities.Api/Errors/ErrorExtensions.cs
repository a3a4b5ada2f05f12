using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Cities.Api.Errors;

/// <summary>Answers all errors with problem details (RFC 9457), and never with a stack trace.</summary>
internal static class ErrorExtensions
{
    /// <summary>Makes the answer 409.</summary>
    public static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);

    public static void AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemDetailsWriter>();
        builder.Services.AddExceptionHandler<BadRequestHandler>();
        builder.Services.AddExceptionHandler<DatabaseFailureHandler>();
        // By default, the framework throws an exception for an invalid parameter only in the Development environment,
        // and otherwise sends an empty answer.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseUnreadableBodies();
        app.UseRequestTimeouts();
    }

    /// <summary>
    /// Changes the property names of the validation to the parameter names in the URL, and adds the detail, which
    /// generated clients take for the message of their exceptions.
    /// </summary>
    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        if (problem is HttpValidationProblemDetails validation)
        {
            validation.Errors = validation.Errors.ToDictionary(
                error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
            if (validation.Errors.Count > 0)
            {
                problem.Detail ??= string.Join(
                    ' ', validation.Errors.Select(error => $"{error.Key}: {string.Join(' ', error.Value)}"));
            }
        }

        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status404NotFound => "The requested resource does not exist.",
            StatusCodes.Status405MethodNotAllowed =>
                "The resource does not support this method. The header Allow lists the methods that it supports.",
            StatusCodes.Status503ServiceUnavailable => "The API cannot answer in time. Try again later.",
            var status => $"{ReasonPhrases.GetReasonPhrase(status ?? 0)}.",
        };
    }
}

using System.Text.Json;

namespace Cities.Api.Errors;

/// <summary>Answers all errors with problem details (RFC 9457), and never with a stack trace.</summary>
internal static class ErrorExtensions
{
    /// <summary>Makes the answer 409.</summary>
    public static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, detail: detail);

    public static void AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = NameParameters);
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
        app.UseRequestTimeouts();
    }

    /// <summary>Changes the property names of the validation to the parameter names in the URL.</summary>
    private static void NameParameters(ProblemDetailsContext context)
    {
        if (context.ProblemDetails is HttpValidationProblemDetails problem)
        {
            problem.Errors = problem.Errors.ToDictionary(
                error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
        }
    }
}

using System.Text.Json;

namespace Cities.Api.Errors;

/// <summary>Every failure is answered with problem details (RFC 9457), never with a stack trace.</summary>
internal static class ErrorExtensions
{
    public static void AddErrors(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = NameParameters);
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemDetailsWriter>();
        builder.Services.AddExceptionHandler<BadRequestHandler>();
        builder.Services.AddExceptionHandler<DatabaseFailureHandler>();
        // Otherwise what cannot be bound is an exception in development alone, and an empty answer elsewhere.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    public static void UseErrors(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRequestTimeouts();
    }

    /// <summary>Names parameters as they stand in the address; validation names the properties they are bound to.</summary>
    private static void NameParameters(ProblemDetailsContext context)
    {
        if (context.ProblemDetails is HttpValidationProblemDetails problem)
        {
            problem.Errors = problem.Errors.ToDictionary(
                error => JsonNamingPolicy.CamelCase.ConvertName(error.Key), error => error.Value);
        }
    }
}

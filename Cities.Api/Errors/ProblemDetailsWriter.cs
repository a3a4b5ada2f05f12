using System.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>
/// Writes problem details for clients that do not accept JSON, such as those that request CSV. The framework would send
/// them an empty answer. A server can ignore Accept instead of answering 406 (RFC 9110, 12.4.1).
/// </summary>
internal sealed class ProblemDetailsWriter(
    IOptions<ProblemDetailsOptions> options,
    IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json) : IProblemDetailsWriter
{
    /// <summary>Always true. The framework's own writer comes first.</summary>
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Status ??= context.HttpContext.Response.StatusCode;
        // The framework sets the title and the type of the status if they are missing.
        problem = TypedResults.Problem(problem).ProblemDetails;
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
        options.Value.CustomizeProblemDetails?.Invoke(context);
        await context.HttpContext.Response.WriteAsJsonAsync(
            problem,
            json.Value.SerializerOptions.GetTypeInfo(problem.GetType()),
            "application/problem+json",
            context.HttpContext.RequestAborted);
    }
}

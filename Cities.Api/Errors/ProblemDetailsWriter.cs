using System.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>
/// Writes problem details for callers whose Accept has no JSON, such as those who ask for CSV: the framework would tell them nothing of
/// what is wrong. (A server may disregard Accept rather than answer 406: RFC 9110, 12.4.1.)
/// </summary>
internal sealed class ProblemDetailsWriter(IOptions<ProblemDetailsOptions> options, IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json) : IProblemDetailsWriter
{
    /// <summary>Whatever the framework's own writer, which comes first, has left.</summary>
    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Status ??= context.HttpContext.Response.StatusCode;
        // Title and type of the status, where there are none.
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

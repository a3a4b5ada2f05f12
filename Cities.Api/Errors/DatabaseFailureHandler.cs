using Microsoft.AspNetCore.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 503 with Retry-After if the database or the issuer of tokens is unavailable, or if an edit has to wait too
/// long.
/// </summary>
internal sealed partial class DatabaseFailureHandler(
    IProblemDetailsService problems, ILogger<DatabaseFailureHandler> logger) : IExceptionHandler
{
    /// <summary>The value of Retry-After in the answer 503.</summary>
    public const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception is IssuerUnavailableException ? exception.Message
            : PostgresErrors.IsLockTimeout(exception) ? "An import or another edit is changing the data."
            : DatabaseFailure.IsTimeout(exception)
                ? "The database has not answered in time. If the request is for much data, ask for less."
            : DatabaseFailure.Is(exception) ? "The database is unavailable."
            : null;
        if (problem is null)
            return false;
        LogUnavailable(exception, problem);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = $"{problem} Try again later.",
            },
        });
    }

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogUnavailable(Exception exception, string problem);
}

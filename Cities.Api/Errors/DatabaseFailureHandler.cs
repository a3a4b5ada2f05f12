using Microsoft.AspNetCore.Diagnostics;

namespace Cities.Api.Errors;

/// <summary>Answers 503 with Retry-After while the database is away, or the issuer of tokens, or an edit has to wait.</summary>
internal sealed partial class DatabaseFailureHandler(
    IProblemDetailsService problems, ILogger<DatabaseFailureHandler> logger) : IExceptionHandler
{
    /// <summary>When to come back: Retry-After of what is answered 503.</summary>
    public const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = exception is IssuerUnavailableException ? exception.Message
            : PostgresErrors.IsLockTimeout(exception) ? "An import is putting its data in place, or another editor is at work."
            : DatabaseFailure.Is(exception) ? "The database cannot be reached."
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
                Detail = $"{problem.TrimEnd('.')} at the moment. Try again later.",
            },
        });
    }

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void LogUnavailable(Exception exception, string problem);
}

using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Cities.Api.Errors;

/// <summary>Answers 503 with Retry-After while the database is away, or an edit has to wait for an import.</summary>
internal sealed partial class DatabaseFailureHandler(
    IProblemDetailsService problems, ILogger<DatabaseFailureHandler> logger) : IExceptionHandler
{
    /// <summary>When to come back: Retry-After of what is answered 503.</summary>
    public const string RetryAfterSeconds = "5";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!DatabaseFailure.Is(exception))
            return false;
        var isLocked = DatabaseFailure.IsLocked(exception);
        if (!isLocked)
            LogUnavailable(exception);
        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = isLocked
                    ? "An import is putting its data in place, or another editor is at work. Try again later."
                    : "The database cannot be reached at the moment. Try again later.",
            },
        });
    }

    [LoggerMessage(LogLevel.Error, "The database cannot be reached.")]
    private partial void LogUnavailable(Exception exception);
}

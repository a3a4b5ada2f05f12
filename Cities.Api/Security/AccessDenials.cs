using System.Net;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Cities.Api.Security;

/// <summary>Answers 401 and 403 with problem details and with the challenge of RFC 6750, section 3.</summary>
/// <remarks>Logs failed sign-ins and 403 answers, at most <see cref="LogLimit"/> in a minute.</remarks>
internal sealed partial class AccessDenials(IProblemDetailsService problems, ILogger<AccessDenials> logger)
    : IAuthorizationMiddlewareResultHandler, IDisposable
{
    /// <summary>The maximum number of log lines in a minute: a flood of requests must not fill the disk.</summary>
    internal const int LogLimit = 60;

    private const string Challenge = "Bearer realm=\"Cities\"";

    private readonly FixedWindowRateLimiter _logLimiter = new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = LogLimit,
        Window = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    private int _unlogged;

    public void Dispose() => _logLimiter.Dispose();

    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult) =>
        authorizeResult switch
        {
            { Challenged: true } => RefuseAsync(
                context, StatusCodes.Status401Unauthorized, Challenge,
                "This request requires a key or a token. Send it as 'Authorization: Bearer ...', or send a key as "
                + $"'{ApiKeyHandler.HeaderName}: ...'."),
            { Forbidden: true } => RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                $"{Challenge}, error=\"insufficient_scope\"",
                Describe(context, policy)),
            _ => next(context),
        };

    /// <summary>Rejects a request with an invalid credential.</summary>
    public Task RefuseAsync(HttpContext context, Exception failure)
    {
        if (failure is TooManyAttemptsException)
            return RateLimiting.RefuseAsync(context, wait: null).AsTask();
        var why = Tokens.Describe(failure);
        return RefuseAsync(
            context,
            StatusCodes.Status401Unauthorized,
            $"{Challenge}, error=\"invalid_token\", error_description=\"{Quotable(why)}\"",
            why);
    }

    private async Task RefuseAsync(HttpContext context, int status, string challenge, string detail)
    {
        // A request without credentials is not a failed sign-in.
        if (ApiKeyHandler.HasCredentials(context.Request))
            Log(context, status, detail);
        context.Response.StatusCode = status;
        context.Response.Headers.WWWAuthenticate = challenge;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
        });
    }

    private void Log(HttpContext context, int status, string detail)
    {
        using var lease = _logLimiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            Interlocked.Increment(ref _unlogged);
            return;
        }

        // Not the path or the query, which contain what the client searches for.
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no endpoint";
        LogRefused(status, context.Connection.RemoteIpAddress, context.Request.Method, route, detail);
        if (Interlocked.Exchange(ref _unlogged, 0) is > 0 and var unlogged)
            LogUnlogged(unlogged);
    }

    [LoggerMessage(LogLevel.Warning, "Refused with {Status} from {Address}: {Method} {Route}: {Reason}")]
    private partial void LogRefused(int status, IPAddress? address, string method, string route, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} more refused requests were not logged, to limit the size of the log")]
    private partial void LogUnlogged(int count);

    private static string Describe(HttpContext context, AuthorizationPolicy policy)
    {
        var has = context.User.GetRole() is { } role ? $"has the role {role.ToText()}" : "has no role";
        return policy.Requirements.OfType<RoleRequirement>().FirstOrDefault() is { } needed
            ? $"This request requires the role {needed.Role.ToText()}; {context.User.Identity?.Name} {has}."
            : $"{context.User.Identity?.Name} has no permission for this request.";
    }

    /// <summary>Replaces the characters that a quoted string in a header has to escape.</summary>
    private static string Quotable(string text) =>
        new StringBuilder(text).Replace('"', '\'').Replace('\\', '/').ToString();
}

using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Cities.Api.Security;

/// <summary>Answers 401 and 403 with problem details and with the challenge of RFC 6750, section 3.</summary>
internal sealed class AccessDenials(IProblemDetailsService problems) : IAuthorizationMiddlewareResultHandler
{
    private const string Challenge = "Bearer realm=\"Cities\"";

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
        context.Response.StatusCode = status;
        context.Response.Headers.WWWAuthenticate = challenge;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
        });
    }

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

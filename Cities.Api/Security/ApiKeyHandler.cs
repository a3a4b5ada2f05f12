using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Security;

/// <summary>
/// Authenticates a client by an API key, in <c>X-Api-Key</c> or as a bearer token. Also rejects all other credentials
/// that are not a token: a client that sends invalid credentials must not be served as an anonymous client.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiKeyStore keys,
    IOptions<ApiOptions> options,
    IOptions<RateLimiterOptions> limits,
    TimeProvider time) : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string HeaderName = "X-Api-Key";

    private const string BearerPrefix = "Bearer ";

    /// <summary>Whether a request contains credentials.</summary>
    public static bool HasCredentials(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderName) || request.Headers.Authorization.Count > 0;

    /// <summary>Whether a request contains a token, and its endpoint is not always anonymous.</summary>
    public static bool HasToken(HttpContext context) =>
        !IsForAnybody(context)
        && !context.Request.Headers.ContainsKey(HeaderName)
        && GetBearer(context.Request) is { } bearer
        && !bearer.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderName];
        if (IsForAnybody(Context) || !HasCredentials(Request))
            return AuthenticateResult.NoResult();
        if (header.Count > 1)
            return Fail($"The request has more than one {HeaderName} header.");
        var key = header.Count == 1 ? header.ToString() : GetBearer(Request);
        if (key is null)
            return Fail("The request has more than one Authorization header, or its scheme is not Bearer.");
        if (header.Count == 0 && !key.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal))
            return Fail("This API accepts keys, but no tokens.");
        // This check needs no query.
        if (!ApiKeys.IsKey(key))
            return Fail("The key is malformed.");

        var hash = ApiKeys.HashOf(key);
        if (!keys.TryGet(hash, out var found))
        {
            // The client is not authenticated yet, so the query counts towards the limit of its address. To look up a
            // known key again counts for nothing: its client must not depend on others at its address, and all of its
            // requests share one query.
            if (!keys.IsKnown(hash)
                && options.Value.RateLimit.Enabled && limits.Value.GlobalLimiter is { } limiter)
            {
                using var lease = limiter.AttemptAcquire(Context);
                if (!lease.IsAcquired)
                    return AuthenticateResult.Fail(new TooManyAttemptsException());
            }

            found = await keys.FindAsync(hash, Context.RequestAborted);
        }

        return found switch
        {
            null => Fail("The key is not known."),
            { IsRevoked: true } => Fail("The key has been revoked."),
            { ExpiresAt: { } expires } when expires <= time.GetUtcNow() => Fail("The key has expired."),
            _ => AuthenticateResult.Success(new AuthenticationTicket(
                Callers.Create(SchemeName, Callers.KeyPrefix + found.Name, found.Role, found.RequestsPerSecond),
                SchemeName)),
        };
    }

    /// <summary>Whether the endpoint ignores credentials, such as health checks and the files of the map.</summary>
    private static bool IsForAnybody(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static string? GetBearer(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
            && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? value[BearerPrefix.Length..].Trim()
            : null;

    private static AuthenticateResult Fail(string message) => AuthenticateResult.Fail(new CredentialException(message));
}

/// <summary>A credential is invalid. The answer contains the message.</summary>
internal sealed class CredentialException(string message) : Exception(message);

/// <summary>A credential was not checked, because the client's address has exceeded its rate limit.</summary>
internal sealed class TooManyAttemptsException() : Exception("The address has exceeded its rate limit.");

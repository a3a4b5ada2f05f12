using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace Cities.Api.Security;

/// <summary>
/// Tells who asks by a key, in <c>X-Api-Key</c> or as a bearer token. All other credentials that are not a token come to here too, and are
/// refused: whoever means to be somebody shall not be served as anybody.
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

    /// <summary>Whether a request comes with anything that says who asks.</summary>
    public static bool HasCredentials(HttpRequest request) => request.Headers.ContainsKey(HeaderName) || request.Headers.Authorization.Count > 0;

    /// <summary>Whether a request comes with a token, rather than with a key or nothing, and to an endpoint that asks who it is.</summary>
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
            return Fail($"There is more than one {HeaderName}.");
        var key = header.Count == 1 ? header.ToString() : GetBearer(Request);
        if (key is null)
            return Fail("The scheme of Authorization is not Bearer, or there is more than one.");
        if (header.Count == 0 && !key.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal))
            return Fail("Tokens are not taken here, only keys.");
        // Known without a look that costs the database something.
        if (!ApiKeys.IsKey(key))
            return Fail("The key is not complete.");

        var hash = ApiKeys.HashOf(key);
        if (!keys.TryGet(hash, out var found))
        {
            // As nobody is signed in yet, it is the address that pays for the look.
            if (options.Value.RateLimit.Enabled && limits.Value.GlobalLimiter is { } limiter)
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
                Callers.Create(SchemeName, Callers.KeyPrefix + found.Name, found.Role, found.RequestsPerSecond), SchemeName)),
        };
    }

    /// <summary>Probes, and the files of the map: nobody asks who it is, and nothing depends on it.</summary>
    private static bool IsForAnybody(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static string? GetBearer(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? value[BearerPrefix.Length..].Trim()
            : null;

    private static AuthenticateResult Fail(string message) => AuthenticateResult.Fail(new CredentialException(message));
}

/// <summary>A credential that does not count; the message, which is for its sender, says why.</summary>
internal sealed class CredentialException(string message) : Exception(message);

/// <summary>A credential that is not looked at, because its sender's address has asked for too much.</summary>
internal sealed class TooManyAttemptsException() : Exception("This address has asked for more than its share.");

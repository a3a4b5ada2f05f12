using System.Buffers.Text;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Cities.Api.Security;

/// <summary>
/// Validates tokens (JWT) of an OpenID Connect issuer or of <c>dotnet user-jwts</c>. The framework's configuration
/// section names the issuer. Without an issuer, the API accepts no tokens.
/// </summary>
internal static class Tokens
{
    private const string NotAnAccessToken =
        "The token is not an access token. The API accepts no ID tokens and no logout tokens.";

    private const string Section = $"Authentication:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    /// <summary>The timeout of the request for the issuer's keys.</summary>
    private static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The tolerated difference between the clocks of the issuer and the API.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The types (header <c>typ</c>) that only access tokens have (RFC 9068, section 2.1).</summary>
    private static readonly string[] TypesOfAccessTokens = ["at+jwt", "application/at+jwt"];

    /// <summary>The types that access tokens can have (RFC 7519, section 5.1).</summary>
    private static readonly string[] Types = ["JWT", .. TypesOfAccessTokens];

    /// <summary>
    /// The values of the claims <c>typ</c> (Keycloak) and <c>token_use</c> (Amazon Cognito) of access tokens.
    /// </summary>
    private static readonly string[] KindsOfAccessTokens = ["Bearer", "access"];

    /// <summary>
    /// The claims of ID tokens (OpenID Connect Core, sections 2 and 3.3.2.11) and logout tokens (Back-Channel Logout,
    /// section 2.4).
    /// </summary>
    private static readonly string[] ClaimsOfOtherTokens = ["nonce", "at_hash", "c_hash", "events"];

    /// <summary>The algorithms for the keys that an issuer publishes (RFC 7518, section 3.1).</summary>
    private static readonly string[] PublicKeyAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>The algorithms for the secret keys in the configuration.</summary>
    private static readonly string[] SecretKeyAlgorithms =
        [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    /// <summary>Whether the configuration contains an issuer or a signing key.</summary>
    public static bool AreConfigured(IConfiguration configuration) => Algorithms(configuration).Length > 0;

    public static void AddTokens(this AuthenticationBuilder authentication, IConfiguration configuration)
    {
        authentication.AddJwtBearer(bearer =>
        {
            bearer.MapInboundClaims = false;
            if (configuration[$"{Section}:BackchannelTimeout"] is null)
                bearer.BackchannelTimeout = IssuerTimeout;
            // By default, the framework does not validate an issuer or audience that is not configured.
            bearer.TokenValidationParameters.ValidateIssuer = true;
            bearer.TokenValidationParameters.ValidateAudience = true;
            bearer.TokenValidationParameters.ClockSkew = ClockSkew;
            bearer.TokenValidationParameters.ValidTypes = Types;
            bearer.TokenValidationParameters.ValidAlgorithms = Algorithms(configuration);
            bearer.Events = new JwtBearerEvents { OnMessageReceived = ReachIssuerAsync, OnTokenValidated = Admit };
        });
        authentication.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Validate(
                bearer => Any(
                    bearer.TokenValidationParameters.ValidAudience, bearer.TokenValidationParameters.ValidAudiences),
                $"{Section}:ValidAudiences is missing. Without it, the API would accept tokens for other applications.")
            .Validate(
                bearer => bearer.ConfigurationManager is not null
                    || Any(
                        bearer.TokenValidationParameters.ValidIssuer, bearer.TokenValidationParameters.ValidIssuers),
                $"{Section} has neither Authority nor ValidIssuer.")
            .ValidateOnStart();

        static bool Any(string? one, IEnumerable<string>? others) =>
            !string.IsNullOrEmpty(one) || others?.Any() == true;
    }

    /// <summary>The signature algorithms for the configured keys; none if the API accepts no tokens.</summary>
    private static string[] Algorithms(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var hasIssuer = section["Authority"] is { Length: > 0 } || section["MetadataAddress"] is { Length: > 0 };
        return
        [
            .. hasIssuer ? PublicKeyAlgorithms : [],
            .. section.GetSection("SigningKeys").Exists() ? SecretKeyAlgorithms : [],
        ];
    }

    /// <summary>
    /// Fetches the issuer's keys if they have not been fetched yet. The framework's handler would fetch them for one
    /// request after another and without a timeout, and would report an unavailable issuer as an invalid token.
    /// </summary>
    private static async Task ReachIssuerAsync(MessageReceivedContext context)
    {
        if (context.Options.ConfigurationManager is not { } issuer)
            return;
        try
        {
            var aborted = context.HttpContext.RequestAborted;
            await issuer.GetConfigurationAsync(aborted).WaitAsync(IssuerTimeout, aborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new IssuerUnavailableException(exception);
        }
    }

    /// <summary>Replaces the token's claims with those that all clients have.</summary>
    private static Task Admit(TokenValidatedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var options = services.GetRequiredService<IOptions<ApiOptions>>().Value.Authentication;
        var (token, claims) = ((JsonWebToken)context.SecurityToken, context.Principal!);
        if (HasCriticalExtensions(token))
        {
            context.Fail(new CredentialException(
                "The token's header has 'crit', and the API knows none of the critical extensions."));
        }
        else if (!IsAccessToken(token, claims))
        {
            context.Fail(new CredentialException(NotAnAccessToken));
        }
        else if (claims.FindAll(options.NameClaim).ToList() is [{ ValueType: ClaimValueTypes.String, Value: var name }]
            && Callers.IsSubject(name))
        {
            var role = options.ListRoleClaims().SelectMany(claims.FindAll).Max(claim => Callers.Parse(claim.Value));
            context.Principal = Callers.Create(
                JwtBearerDefaults.AuthenticationScheme, name, role, issuer: token.Issuer);
        }
        else
        {
            context.Fail(new CredentialException(
                $"The token's claim '{options.NameClaim}' is not a name of 1 to {Callers.MaximumSubjectLength} visible "
                + $"characters that neither begins nor ends with a space, and does not begin with "
                + $"'{Callers.KeyPrefix}'."));
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Whether a token requires extensions. The API has none, and the library ignores the header (RFC 7515, section
    /// 4.1.11).
    /// </summary>
    private static bool HasCriticalExtensions(JsonWebToken token)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedHeader));
        return header.RootElement.TryGetProperty("crit", out _);
    }

    /// <summary>
    /// Whether a token is an access token. An issuer signs ID tokens and logout tokens with the same keys, and their
    /// audience is a client of the issuer, which can have the name of the API.
    /// </summary>
    private static bool IsAccessToken(JsonWebToken token, ClaimsPrincipal claims)
    {
        if (TypesOfAccessTokens.Contains(token.Typ))
            return true;
        var kind = claims.FindFirst("typ") ?? claims.FindFirst("token_use");
        return kind is null
            ? !claims.HasClaim(claim => ClaimsOfOtherTokens.Contains(claim.Type))
            : KindsOfAccessTokens.Contains(kind.Value, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Describes to the client why a token is invalid. The library's messages are for developers.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        CredentialException => failure.Message,
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenNoExpirationException => "The token has no expiry time.",
        SecurityTokenInvalidIssuerException => "The token has the wrong issuer.",
        SecurityTokenInvalidAudienceException => "The token has the wrong audience.",
        SecurityTokenInvalidTypeException => NotAnAccessToken,
        SecurityTokenInvalidAlgorithmException => "The token's signature algorithm is not permitted.",
        SecurityTokenInvalidSignatureException => "The token's signature is not valid.",
        _ => "The token is not valid.",
    };
}

/// <summary>The API could not fetch the issuer's keys. <see cref="DatabaseFailureHandler"/> answers 503.</summary>
internal sealed class IssuerUnavailableException(Exception innerException)
    : Exception("The issuer of the tokens is unavailable.", innerException);

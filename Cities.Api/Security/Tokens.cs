using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Cities.Api.Security;

/// <summary>
/// Validates tokens (JWT) of an OpenID Connect issuer or of <c>dotnet user-jwts</c>. The framework's configuration
/// section names the issuer. Without an issuer, the API accepts no tokens.
/// </summary>
internal static class Tokens
{
    private const string Section = $"Authentication:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    /// <summary>The timeout of the request for the issuer's keys.</summary>
    private static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The tolerated difference between the clocks of the issuer and the API.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Whether the configuration contains an issuer or a signing key.</summary>
    public static bool AreConfigured(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return section["Authority"] is { Length: > 0 }
            || section["MetadataAddress"] is { Length: > 0 }
            || section.GetSection("SigningKeys").Exists();
    }

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
        var name = context.Principal?.FindFirst(options.NameClaim)?.Value;
        if (string.IsNullOrWhiteSpace(name) || name.StartsWith(Callers.KeyPrefix, StringComparison.OrdinalIgnoreCase))
        {
            context.Fail(new CredentialException(
                $"The token's claim '{options.NameClaim}' is missing, empty, or begins with '{Callers.KeyPrefix}'."));
            return Task.CompletedTask;
        }

        var role = options.ListRoleClaims()
            .SelectMany(context.Principal!.FindAll)
            .Max(claim => Callers.Parse(claim.Value));
        context.Principal = Callers.Create(JwtBearerDefaults.AuthenticationScheme, name, role);
        return Task.CompletedTask;
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
        SecurityTokenInvalidSignatureException => "The token's signature is not valid.",
        _ => "The token is not valid.",
    };
}

/// <summary>The API could not fetch the issuer's keys. <see cref="DatabaseFailureHandler"/> answers 503.</summary>
internal sealed class IssuerUnavailableException(Exception innerException)
    : Exception("The issuer of the tokens is unavailable.", innerException);

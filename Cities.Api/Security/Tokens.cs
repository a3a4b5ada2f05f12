using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Cities.Api.Security;

/// <summary>
/// Tokens (JWT) of an OpenID Connect issuer, or of <c>dotnet user-jwts</c>: as the framework's section says, and only where it says whose.
/// </summary>
internal static class Tokens
{
    private const string Section = $"Authentication:Schemes:{JwtBearerDefaults.AuthenticationScheme}";

    /// <summary>How long the issuer may take to tell its keys.</summary>
    private static readonly TimeSpan IssuerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>By how much clocks may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Whether there is anything to hold tokens against.</summary>
    public static bool AreConfigured(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return section["Authority"] is { Length: > 0 } || section["MetadataAddress"] is { Length: > 0 } || section.GetSection("SigningKeys").Exists();
    }

    public static void AddTokens(this AuthenticationBuilder authentication, IConfiguration configuration)
    {
        authentication.AddJwtBearer(bearer =>
        {
            bearer.MapInboundClaims = false;
            if (configuration[$"{Section}:BackchannelTimeout"] is null)
                bearer.BackchannelTimeout = IssuerTimeout;
            // By default, what is not configured is not asked.
            bearer.TokenValidationParameters.ValidateIssuer = true;
            bearer.TokenValidationParameters.ValidateAudience = true;
            bearer.TokenValidationParameters.ClockSkew = ClockSkew;
            bearer.Events = new JwtBearerEvents { OnMessageReceived = ReachIssuerAsync, OnTokenValidated = Admit };
        });
        authentication.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Validate(
                bearer => Any(bearer.TokenValidationParameters.ValidAudience, bearer.TokenValidationParameters.ValidAudiences),
                $"{Section}:ValidAudiences is missing: tokens for whatever else of their issuer's would count.")
            .Validate(
                bearer => bearer.ConfigurationManager is not null
                    || Any(bearer.TokenValidationParameters.ValidIssuer, bearer.TokenValidationParameters.ValidIssuers),
                $"{Section} has neither Authority nor ValidIssuer.")
            .ValidateOnStart();

        static bool Any(string? one, IEnumerable<string>? others) => !string.IsNullOrEmpty(one) || others?.Any() == true;
    }

    /// <summary>
    /// Has the issuer's keys fetched if they never were. The handler would do so as well, one request after the other and for however
    /// long, and take an issuer that is away for a token that is wrong.
    /// </summary>
    private static async Task ReachIssuerAsync(MessageReceivedContext context)
    {
        if (context.Options.ConfigurationManager is not { } issuer)
            return;
        try
        {
            await issuer.GetConfigurationAsync(context.HttpContext.RequestAborted).WaitAsync(IssuerTimeout, context.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new IssuerUnavailableException(exception);
        }
    }

    /// <summary>Makes of the token's claims those that all callers have.</summary>
    private static Task Admit(TokenValidatedContext context)
    {
        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.Authentication;
        var name = context.Principal?.FindFirst(options.NameClaim)?.Value;
        if (string.IsNullOrWhiteSpace(name) || name.StartsWith(Callers.KeyPrefix, StringComparison.OrdinalIgnoreCase))
        {
            context.Fail(new CredentialException($"The token's claim '{options.NameClaim}' does not say who it is."));
            return Task.CompletedTask;
        }

        var role = options.ListRoleClaims().SelectMany(context.Principal!.FindAll).Max(claim => Callers.Parse(claim.Value));
        context.Principal = Callers.Create(JwtBearerDefaults.AuthenticationScheme, name, role);
        return Task.CompletedTask;
    }

    /// <summary>Why a token does not count, for its sender; the library's own words are for developers.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        CredentialException => failure.Message,
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not valid yet.",
        SecurityTokenNoExpirationException => "The token has no time at which it expires.",
        SecurityTokenInvalidIssuerException => "The token is another issuer's.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenInvalidSignatureException => "The token's signature is not valid.",
        _ => "The token is not valid.",
    };
}

/// <summary>The issuer of tokens has not told its keys yet; <see cref="DatabaseFailureHandler"/> answers 503.</summary>
internal sealed class IssuerUnavailableException(Exception innerException)
    : Exception("The issuer of tokens cannot be reached.", innerException);

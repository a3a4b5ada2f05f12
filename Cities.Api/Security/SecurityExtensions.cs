using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace Cities.Api.Security;

/// <summary>Authentication and authorization (docs/access.md).</summary>
internal static class SecurityExtensions
{
    public static void AddSecurity(this IHostApplicationBuilder builder)
    {
        var takesTokens = Tokens.AreConfigured(builder.Configuration);
        var authentication = builder.AddAuthentication();
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(
            ApiKeyHandler.SchemeName,
            scheme => scheme.ForwardDefaultSelector = context =>
                takesTokens && ApiKeyHandler.HasToken(context) ? JwtBearerDefaults.AuthenticationScheme : null);
        if (takesTokens)
            authentication.AddTokens(builder.Configuration);

        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddSingleton<AccessDenials>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler>(
            services => services.GetRequiredService<AccessDenials>());
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<AuthorizationOptions>().Configure<IOptions<ApiOptions>>((authorization, api) =>
        {
            foreach (var role in Enum.GetValues<ApiRole>())
                authorization.AddPolicy(role.ToText(), Policies.For(role));
            authorization.DefaultPolicy = Policies.For(ApiRole.Reader);
            // For all requests without a policy of their own, including those that match no endpoint.
            authorization.FallbackPolicy = api.Value.Authentication.AllowAnonymous ? null : authorization.DefaultPolicy;
        });
    }

    /// <summary>
    /// Adds the same services as the framework's method of this name, without data protection. Data protection is for
    /// cookies, adds 1.4 MB to the image, and requires a writable disk for its keys.
    /// </summary>
    private static AuthenticationBuilder AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyHandler.SchemeName);
        builder.Services.AddSingleton(UrlEncoder.Default);
        builder.Services.AddSingleton<IAuthenticationConfigurationProvider, ConfigurationProvider>();
        return new AuthenticationBuilder(builder.Services);
    }

    /// <summary>Rejects invalid credentials on all endpoints, and clients without the required role.</summary>
    public static void UseAccessDenials(this WebApplication app)
    {
        var denials = app.Services.GetRequiredService<AccessDenials>();
        app.Use(async (context, next) =>
        {
            // The authentication middleware ignores failures. This reads its result.
            if (ApiKeyHandler.HasCredentials(context.Request)
                && context.User.Identity is not { IsAuthenticated: true }
                && await context.AuthenticateAsync() is { Failure: { } failure })
            {
                await denials.RefuseAsync(context, failure);
                return;
            }

            await next(context);
        });
        app.UseAuthorization();
    }

    private sealed class ConfigurationProvider(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration => configuration.GetSection("Authentication");
    }
}

/// <summary>The section <c>Api:Authentication</c>.</summary>
internal sealed class AccessOptions
{
    /// <summary>Whether anonymous clients can read.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>How long the API caches a key. A revoked key works for up to this time.</summary>
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan KeyCache { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The claim of a token that contains the name of the client.</summary>
    [Required]
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claims of a token that contain roles, comma-separated.</summary>
    public string RoleClaims { get; set; } = "role,roles";

    public string[] ListRoleClaims() =>
        RoleClaims.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

using System.ComponentModel.DataAnnotations;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;

namespace Cities.Api.Security;

/// <summary>Who may do what: docs/access.md.</summary>
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
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler>(services => services.GetRequiredService<AccessDenials>());
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<AuthorizationOptions>().Configure<IOptions<ApiOptions>>((authorization, api) =>
        {
            foreach (var role in Enum.GetValues<ApiRole>())
                authorization.AddPolicy(role.ToText(), Policies.For(role));
            authorization.DefaultPolicy = Policies.For(ApiRole.Reader);
            // Of whatever says nothing else, be it an endpoint or not.
            authorization.FallbackPolicy = api.Value.Authentication.AllowAnonymous ? null : authorization.DefaultPolicy;
        });
    }

    /// <summary>
    /// What the framework's method of the name adds, without data protection, which is for cookies: it would write keys of its own to a disk
    /// that the image need not have, and is 1.4 MB of it.
    /// </summary>
    private static AuthenticationBuilder AddAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAuthenticationCore(options => options.DefaultScheme = ApiKeyHandler.SchemeName);
        builder.Services.AddSingleton(UrlEncoder.Default);
        builder.Services.AddSingleton<IAuthenticationConfigurationProvider, ConfigurationProvider>();
        return new AuthenticationBuilder(builder.Services);
    }

    /// <summary>Refuses credentials that do not count, wherever they are sent, and those who may not do what they ask for.</summary>
    public static void UseAccessDenials(this WebApplication app)
    {
        var denials = app.Services.GetRequiredService<AccessDenials>();
        app.Use(async (context, next) =>
        {
            // What the middleware of authentication has found out, which tells nobody of failures.
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
    /// <summary>Whether everybody may read.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>How long a key is taken for what it was when it was last looked up: for so long one that is revoked goes on.</summary>
    [DurationRange("00:00:00", "00:10:00")]
    public TimeSpan KeyCache { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The claim of a token that says who it is.</summary>
    [Required]
    public string NameClaim { get; set; } = "sub";

    /// <summary>The claims of a token that hold roles, comma-separated.</summary>
    public string RoleClaims { get; set; } = "role,roles";

    public string[] ListRoleClaims() => RoleClaims.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

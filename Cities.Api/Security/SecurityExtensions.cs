using Cities.Api.Http;
using Cities.Data.Entities;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Cities.Api.Security;

/// <summary>Who may do what: docs/access.md.</summary>
internal static class SecurityExtensions
{
    public static void AddSecurity(this IHostApplicationBuilder builder)
    {
        var takesTokens = Tokens.AreConfigured(builder.Configuration);
        var authentication = builder.Services.AddAuthentication(ApiKeyHandler.SchemeName);
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(
            ApiKeyHandler.SchemeName,
            scheme => scheme.ForwardDefaultSelector = context =>
                takesTokens && ApiKeyHandler.HasToken(context) ? JwtBearerDefaults.AuthenticationScheme : null);
        if (takesTokens)
            authentication.AddTokens(builder.Configuration);

        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<Refusals>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler>(services => services.GetRequiredService<Refusals>());
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

    /// <summary>Refuses credentials that do not count, wherever they are sent, and those who may not do what they ask for.</summary>
    public static void UseRefusals(this WebApplication app)
    {
        var refusals = app.Services.GetRequiredService<Refusals>();
        app.Use((context, next) =>
            context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Failure is { } failure
                ? refusals.RefuseAsync(context, failure)
                : next(context));
        app.UseAuthorization();
    }
}

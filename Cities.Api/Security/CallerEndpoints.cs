using System.Security.Claims;

namespace Cities.Api.Security;

/// <summary>The endpoint that describes the current client.</summary>
internal static class CallerEndpoints
{
    public static void MapCaller(this IEndpointRouteBuilder admin) =>
        admin.MapGet("/me", Get)
            .WithName("getCaller")
            .WithSummary("Get the current client")
            .WithDescription("The name and the role of the key or token in the request.")
            .WithExample(CallerResponse.Example)
            .RequireAuthorization(Policies.Reader);

    private static Ok<CallerResponse> Get(ClaimsPrincipal user) =>
        TypedResults.Ok(new CallerResponse(
            user.Identity!.Name!,
            user.GetIssuer(),
            user.GetRole()!.Value,
            user.Identity.AuthenticationType == ApiKeyHandler.SchemeName ? SignIn.Key : SignIn.Token));
}

/// <summary>The current client.</summary>
/// <param name="Name">The name, as in the audit log: <c>key:NAME</c> for a key, the subject for a token.</param>
/// <param name="Issuer">The issuer of the token, or null for a key.</param>
/// <param name="Role">The role of the client: reader, editor or admin.</param>
/// <param name="SignedInBy">The kind of credential: key or token.</param>
public sealed record CallerResponse(string Name, string? Issuer, ApiRole Role, SignIn SignedInBy)
{
    internal static CallerResponse Example { get; } = new("key:nightly-corrections", null, ApiRole.Editor, SignIn.Key);
}

/// <summary>The kind of credential that a client signed in with.</summary>
public enum SignIn
{
    /// <summary>An API key.</summary>
    Key,

    /// <summary>A token (JWT).</summary>
    Token,
}

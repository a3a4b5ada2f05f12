using System.Security.Claims;

namespace Cities.Api.Security;

/// <summary>Who asks.</summary>
internal static class CallerEndpoints
{
    public static void MapCaller(this IEndpointRouteBuilder admin) =>
        admin.MapGet("/me", Get)
            .WithName("getCaller")
            .WithSummary("Get who is asking")
            .WithDescription("The name and the role of the key or token that the request comes with.")
            .WithExample(CallerResponse.Example)
            .RequireAuthorization(Policies.Reader);

    private static Ok<CallerResponse> Get(ClaimsPrincipal user) =>
        TypedResults.Ok(new CallerResponse(
            user.Identity!.Name!,
            user.GetRole()!.Value,
            user.Identity.AuthenticationType == ApiKeyHandler.SchemeName ? SignIn.Key : SignIn.Token));
}

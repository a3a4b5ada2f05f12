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
            user.GetRole()!.Value,
            user.Identity.AuthenticationType == ApiKeyHandler.SchemeName ? SignIn.Key : SignIn.Token));
}

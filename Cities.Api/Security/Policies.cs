using Microsoft.AspNetCore.Authorization;

namespace Cities.Api.Security;

/// <summary>
/// The names of the authorization policies, one for each role. Each role includes the permissions of the previous ones.
/// </summary>
internal static class Policies
{
    public const string Reader = "reader";
    public const string Editor = "editor";
    public const string Admin = "admin";

    /// <summary>Creates the policy that requires a role or a higher one.</summary>
    public static AuthorizationPolicy For(ApiRole role) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)).Build();
}

/// <summary>Requires a role or a higher one.</summary>
internal sealed class RoleRequirement(ApiRole role) : AuthorizationHandler<RoleRequirement>, IAuthorizationRequirement
{
    public ApiRole Role { get; } = role;

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (context.User.GetRole() >= requirement.Role)
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

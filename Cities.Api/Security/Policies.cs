using Microsoft.AspNetCore.Authorization;

namespace Cities.Api.Security;

/// <summary>Names of the policies: what a caller has to be for an endpoint. Each role may do what those before it may.</summary>
internal static class Policies
{
    public const string Reader = "reader";
    public const string Editor = "editor";
    public const string Admin = "admin";

    /// <summary>Makes the policy that a role, or one that may do more, satisfies.</summary>
    public static AuthorizationPolicy For(ApiRole role) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)).Build();
}

/// <summary>Requires a role, or one that may do more.</summary>
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

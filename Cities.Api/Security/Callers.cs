using System.Security.Claims;

namespace Cities.Api.Security;

/// <summary>Who asks: a machine by its key, or the holder of a token. The same claims, whichever it is.</summary>
internal static class Callers
{
    /// <summary>What the names of keys begin with where they stand beside those of tokens.</summary>
    public const string KeyPrefix = "key:";

    private const string NameClaim = "name";
    private const string RoleClaim = "role";
    private const string RequestsPerSecondClaim = "requests_per_second";

    /// <summary>Makes the principal of a caller.</summary>
    /// <param name="scheme">How it has signed in.</param>
    /// <param name="name">Its name, as the audit log shows it.</param>
    /// <param name="role">What it may do, or null for no more than anybody.</param>
    /// <param name="requestsPerSecond">Its own limit, or null for the API's.</param>
    public static ClaimsPrincipal Create(string scheme, string name, ApiRole? role, int? requestsPerSecond = null)
    {
        var identity = new ClaimsIdentity([new Claim(NameClaim, name)], scheme, NameClaim, RoleClaim);
        if (role is { } granted)
            identity.AddClaim(new Claim(RoleClaim, granted.ToText()));
        if (requestsPerSecond is { } limit)
            identity.AddClaim(new Claim(RequestsPerSecondClaim, limit.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer32));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>What a caller may do; null for one who has not signed in, or has no role.</summary>
    public static ApiRole? GetRole(this ClaimsPrincipal user) => Parse(user.FindFirstValue(RoleClaim));

    /// <summary>The caller's own limit, or null for the API's.</summary>
    public static int? GetRequestsPerSecond(this ClaimsPrincipal user) =>
        user.FindFirstValue(RequestsPerSecondClaim) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A role as it is written everywhere.</summary>
    public static string ToText(this ApiRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The role that a text names, in whatever case; null for anything else.</summary>
    public static ApiRole? Parse(string? text)
    {
        // Not by Enum.Parse, for which a number is a role as well.
        foreach (var role in Enum.GetValues<ApiRole>())
        {
            if (string.Equals(text, role.ToString(), StringComparison.OrdinalIgnoreCase))
                return role;
        }

        return null;
    }
}

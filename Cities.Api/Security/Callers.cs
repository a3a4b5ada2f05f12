using System.Security.Claims;
using System.Text;

namespace Cities.Api.Security;

/// <summary>Creates and reads the principals of clients. Keys and tokens result in the same claims.</summary>
internal static class Callers
{
    /// <summary>The prefix that distinguishes the names of keys from the subjects of tokens.</summary>
    public const string KeyPrefix = "key:";

    /// <summary>The maximum length of the subject of a token (OpenID Connect Core, section 2).</summary>
    public const int MaximumSubjectLength = 255;

    private const string NameClaim = "name";
    private const string IssuerClaim = "issuer";
    private const string RoleClaim = "role";
    private const string RequestsPerSecondClaim = "requests_per_second";

    /// <summary>Creates the principal of a client.</summary>
    /// <param name="scheme">The authentication scheme.</param>
    /// <param name="name">The name of the client in the audit log.</param>
    /// <param name="role">The role, or null if the client has none.</param>
    /// <param name="requestsPerSecond">The rate limit of the client, or null for the default limit.</param>
    /// <param name="issuer">The issuer of the client's token, or null for a key.</param>
    public static ClaimsPrincipal Create(
        string scheme, string name, ApiRole? role, int? requestsPerSecond = null, string? issuer = null)
    {
        var identity = new ClaimsIdentity([new Claim(NameClaim, name)], scheme, NameClaim, RoleClaim);
        if (issuer is not null)
            identity.AddClaim(new Claim(IssuerClaim, issuer));
        if (role is { } granted)
            identity.AddClaim(new Claim(RoleClaim, granted.ToText()));
        if (requestsPerSecond is { } limit)
        {
            identity.AddClaim(new Claim(
                RequestsPerSecondClaim, limit.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer32));
        }

        return new ClaimsPrincipal(identity);
    }

    /// <summary>The role of a client, or null if the client is anonymous or has no role.</summary>
    public static ApiRole? GetRole(this ClaimsPrincipal user) => Parse(user.FindFirstValue(RoleClaim));

    /// <summary>The issuer of a client's token, or null for a key.</summary>
    public static string? GetIssuer(this ClaimsPrincipal user) => user.FindFirstValue(IssuerClaim);

    /// <summary>The rate limit of a client, or null for the default limit.</summary>
    public static int? GetRequestsPerSecond(this ClaimsPrincipal user) =>
        user.FindFirstValue(RequestsPerSecondClaim) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// Whether a text can be the subject of a token. Two subjects that differ look different, and none looks like the
    /// name of a key.
    /// </summary>
    public static bool IsSubject(string text) =>
        text.Length is > 0 and <= MaximumSubjectLength
        && text[0] != ' '
        && text[^1] != ' '
        && !text.StartsWith(KeyPrefix, StringComparison.OrdinalIgnoreCase)
        && text.EnumerateRunes().All(IsVisible);

    // EnumerateRunes replaces a lone surrogate, which cannot be stored.
    private static bool IsVisible(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned) && rune != Rune.ReplacementChar;

    /// <summary>The name of a role in claims, policies and messages.</summary>
    public static string ToText(this ApiRole role) => role.ToString().ToLowerInvariant();

    /// <summary>Finds a role by its name, ignoring case; null if no role has the name.</summary>
    public static ApiRole? Parse(string? text)
    {
        // Not with Enum.Parse, which also accepts numbers.
        foreach (var role in Enum.GetValues<ApiRole>())
        {
            if (string.Equals(text, role.ToString(), StringComparison.OrdinalIgnoreCase))
                return role;
        }

        return null;
    }
}

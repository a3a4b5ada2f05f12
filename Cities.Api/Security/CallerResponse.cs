namespace Cities.Api.Security;

/// <summary>Who asks.</summary>
/// <param name="Name">Its name, as the audit log shows it: <c>key:NAME</c> of a key, the subject of a token.</param>
/// <param name="Role">What it may do: as reader, editor or admin.</param>
/// <param name="SignedInBy">How it has said who it is: by key or token.</param>
public sealed record CallerResponse(string Name, ApiRole Role, SignIn SignedInBy)
{
    internal static CallerResponse Example { get; } = new("key:nightly-corrections", ApiRole.Editor, SignIn.Key);
}

/// <summary>How a client has signed in.</summary>
public enum SignIn
{
    /// <summary>With an API key.</summary>
    Key,

    /// <summary>With a token (JWT).</summary>
    Token,
}

namespace Cities.Data.Entities;

/// <summary>A key that a machine identifies itself with. The key itself is told once, when it is made, and kept nowhere.</summary>
public sealed class ApiKey
{
    /// <summary>Increases with each key.</summary>
    public int Id { get; set; }

    /// <summary>What it is for, as whoever made it says; unique, and what the audit log says of who changed something.</summary>
    public required string Name { get; set; }

    /// <summary>What it lets do.</summary>
    public ApiRole Role { get; set; }

    /// <summary>SHA-256 of the key. Keys are as long and random as a hash, so none can be guessed from it.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The key's first characters, to recognise it by.</summary>
    public required string Prefix { get; set; }

    /// <summary>Requests per second that it may make for as long as it likes, or null for the API's default.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it stops to be valid, UTC, or null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When it was revoked, UTC, or null.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>What a caller may do. Each role may do what those before it may.</summary>
public enum ApiRole
{
    /// <summary>Read.</summary>
    Reader = 1,

    /// <summary>Correct cities, and add places and names.</summary>
    Editor = 2,

    /// <summary>Start and cancel imports.</summary>
    Admin = 3,
}

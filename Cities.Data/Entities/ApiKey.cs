namespace Cities.Data.Entities;

/// <summary>
/// A key that identifies a client of the API. The key is shown once, when it is created. The database stores only its
/// hash.
/// </summary>
public sealed class ApiKey
{
    /// <summary>Increases with each key.</summary>
    public int Id { get; set; }

    /// <summary>Unique name, which describes the use of the key. The audit log identifies the client by it.</summary>
    public required string Name { get; set; }

    /// <summary>The permissions of the key.</summary>
    public ApiRole Role { get; set; }

    /// <summary>SHA-256 of the key. A key is long and random, so it cannot be derived from its hash.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The first characters of the key, by which users recognise it.</summary>
    public required string Prefix { get; set; }

    /// <summary>Sustained number of requests per second, or null for the default of the API.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>When the key was created, UTC.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the key expires, UTC, or null if it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When the key was revoked, UTC, or null.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>The permissions of a client. Each role includes the permissions of the roles before it.</summary>
public enum ApiRole
{
    /// <summary>Read data.</summary>
    Reader = 1,

    /// <summary>Correct cities, and add places and names.</summary>
    Editor = 2,

    /// <summary>Start and cancel imports.</summary>
    Admin = 3,
}

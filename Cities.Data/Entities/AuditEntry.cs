using System.Text.Json;

namespace Cities.Data.Entities;

/// <summary>A change that an editor made. Only triggers of the database write it.</summary>
public sealed class AuditEntry
{
    /// <summary>Increases with each change.</summary>
    public long Id { get; set; }

    /// <summary>When the change was made, UTC.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The editor: the name of an API key, or the subject of a token.</summary>
    public required string Actor { get; set; }

    /// <summary>
    /// The issuer of the editor's token, which says whose subject <see cref="Actor"/> is; null for a key and for a
    /// database user.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>The kind of change.</summary>
    public AuditAction Action { get; set; }

    /// <summary>Id of the <see cref="City"/>.</summary>
    public int CityId { get; set; }

    /// <summary>
    /// The row before the change, as JSON with the names of its columns; null if the change inserted it.
    /// </summary>
    public JsonDocument? Before { get; set; }

    /// <summary>
    /// The row after the change, as JSON with the names of its columns; null if the change deleted it.
    /// </summary>
    public JsonDocument? After { get; set; }
}

/// <summary>The kinds of changes by editors.</summary>
public enum AuditAction
{
    /// <summary>Corrected a city.</summary>
    Correct = 1,

    /// <summary>Reverted corrections of a city.</summary>
    Revert = 2,

    /// <summary>Added a local place.</summary>
    Create = 3,

    /// <summary>Deleted a local place.</summary>
    Delete = 4,

    /// <summary>Added a name.</summary>
    AddName = 5,

    /// <summary>Deleted a name that an editor added.</summary>
    DeleteName = 6,
}

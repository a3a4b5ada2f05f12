using System.Text.Json;

namespace Cities.Data.Entities;

/// <summary>One change that an editor has made. The database writes it (a trigger); nobody else may.</summary>
public sealed class AuditEntry
{
    /// <summary>Increases with each change.</summary>
    public long Id { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>Who: the name of an API key, or the subject of a token.</summary>
    public required string Actor { get; set; }

    /// <summary>What was done.</summary>
    public AuditAction Action { get; set; }

    /// <summary>Id of the <see cref="City"/>.</summary>
    public int CityId { get; set; }

    /// <summary>The row before, by the columns' names; null where there was none.</summary>
    public JsonDocument? Before { get; set; }

    /// <summary>The row after, by the columns' names; null where there is none any more.</summary>
    public JsonDocument? After { get; set; }
}

/// <summary>What an editor did.</summary>
public enum AuditAction
{
    /// <summary>Corrected a city.</summary>
    Correct = 1,

    /// <summary>Took corrections of a city back.</summary>
    Revert = 2,

    /// <summary>Added a local place.</summary>
    Create = 3,

    /// <summary>Deleted a local place.</summary>
    Delete = 4,

    /// <summary>Added a name.</summary>
    AddName = 5,

    /// <summary>Deleted a name that an editor had added.</summary>
    DeleteName = 6,
}

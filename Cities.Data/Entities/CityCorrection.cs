using System.Text.Json;

namespace Cities.Data.Entities;

/// <summary>
/// What an editor says of a city: other values than GeoNames', or a place that GeoNames does not have. The database itself (a
/// trigger) brings <see cref="City"/> to what is said here, and back when this row is deleted, and every import applies it anew, so
/// that it stays while GeoNames' own values change beneath it.
/// </summary>
public sealed class CityCorrection
{
    /// <summary>The first id of places and names that editors add. GeoNames' own are far below: 13 million in 2026.</summary>
    public const int FirstLocalId = 2_000_000_000;

    /// <summary>Id of the <see cref="City"/>: GeoNames', or one from <see cref="FirstLocalId"/> on.</summary>
    public int CityId { get; set; }

    /// <summary>Whether the place is an editor's own.</summary>
    public bool IsLocal { get; set; }

    /// <summary>
    /// The corrected columns of <c>cities</c> with their values, by the columns' names; of a local place, all of them. The location is
    /// GeoJSON.
    /// </summary>
    public required JsonDocument Changes { get; set; }

    /// <summary>The row as GeoNames has it, by the columns' names; null for a local place.</summary>
    public JsonDocument? GeoNames { get; set; }

    /// <summary>Who changed it last.</summary>
    public string ChangedBy { get; set; } = "";

    /// <summary>When it was changed last, UTC.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}

using System.Text.Json;

namespace Cities.Data.Entities;

/// <summary>
/// A correction that an editor made to a city, or a place that an editor added. A trigger of the database applies it to
/// <see cref="City"/>, and restores the values of GeoNames when the correction is deleted. Every import applies the
/// corrections again, so that they remain while the values of GeoNames change.
/// </summary>
public sealed class CityCorrection
{
    /// <summary>
    /// The first id of places and names that editors add. It is far above the ids of GeoNames, which had reached 13
    /// million in 2026.
    /// </summary>
    public const int FirstLocalId = 2_000_000_000;

    /// <summary>
    /// Id of the <see cref="City"/>: an id of GeoNames, or one from <see cref="FirstLocalId"/> for an added place.
    /// </summary>
    public int CityId { get; set; }

    /// <summary>Whether an editor added the place.</summary>
    public bool IsLocal { get; set; }

    /// <summary>
    /// The corrected columns of <c>cities</c> with their values, as JSON. An added place has all columns. The location
    /// is GeoJSON.
    /// </summary>
    public required JsonDocument Changes { get; set; }

    /// <summary>
    /// The row with the values of GeoNames, as JSON with the names of its columns; null for an added place.
    /// </summary>
    public JsonDocument? GeoNames { get; set; }

    /// <summary>The editor that changed the correction last.</summary>
    public string ChangedBy { get; set; } = "";

    /// <summary>When the correction was changed last, UTC.</summary>
    public DateTimeOffset ChangedAt { get; set; }
}

using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>A corrected city, or a local place.</summary>
/// <param name="Id">The id of the city.</param>
/// <param name="Origin">The source of the city: corrected or local.</param>
/// <param name="Name">
/// The name, or null if the data does not contain the city: GeoNames has removed it, or its country is not imported.
/// </param>
/// <param name="Corrected">The corrected properties; empty for a local place.</param>
/// <param name="ChangedBy">The name of the client that made the last change.</param>
/// <param name="ChangedAt">The time of the last change, UTC.</param>
public sealed record CorrectionResponse(
    int Id, Origin Origin, string? Name, IReadOnlyList<string> Corrected, string ChangedBy, DateTimeOffset ChangedAt)
{
    internal static CorrectionResponse Example { get; } = new(
        2643743,
        Origin.Corrected,
        "London",
        ["population"],
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero));

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"""
        correction.city_id, correction.is_local, city.name, correction.changes::text, correction.changed_by,
        correction.changed_at
        """;

    internal static CorrectionResponse Read(NpgsqlDataReader reader)
    {
        var isLocal = reader.GetBoolean(1);
        return new CorrectionResponse(
            reader.GetInt32(0),
            isLocal ? Origin.Local : Origin.Corrected,
            reader.GetOptionalString(2),
            isLocal ? [] : CityMember.In(JsonNode.Parse(reader.GetString(3))!.AsObject()),
            reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5));
    }
}

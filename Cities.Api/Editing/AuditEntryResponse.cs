using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>A change by an editor.</summary>
/// <param name="Id">The id of the entry. It increases with each change.</param>
/// <param name="At">The time of the change, UTC.</param>
/// <param name="Actor">The client that made the change: <c>key:NAME</c> for a key, the subject for a token.</param>
/// <param name="Action">The action: correct, revert, create, delete, addName or deleteName.</param>
/// <param name="CityId">The id of the city.</param>
/// <param name="Before">
/// The row of the city or of the name before the change, with its column names; null if it was created.
/// </param>
/// <param name="After">The row after the change, with its column names; null if it was deleted.</param>
public sealed record AuditEntryResponse(
    long Id, DateTimeOffset At, string Actor, AuditAction Action, int CityId, JsonObject? Before, JsonObject? After)
{
    internal static AuditEntryResponse Example { get; } = new(
        1,
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        "key:editors",
        AuditAction.Correct,
        2643743,
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 8961989 },
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 9089736 });

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns = $"id, at, actor, action, city_id, before::text, after::text";

    internal static AuditEntryResponse Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetFieldValue<DateTimeOffset>(1),
        reader.GetString(2),
        Enum.Parse<AuditAction>(reader.GetString(3)),
        reader.GetInt32(4),
        Row(reader.GetOptionalString(5)),
        Row(reader.GetOptionalString(6)));

    private static JsonObject? Row(string? json) => json is null ? null : JsonNode.Parse(json)!.AsObject();
}

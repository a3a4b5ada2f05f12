using System.Text.Json.Nodes;

namespace Cities.Api.Editing;

/// <summary>One change that an editor has made.</summary>
/// <param name="Id">Increases with each change.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who: the name of an API key behind <c>key:</c>, or that of a token.</param>
/// <param name="Action">What was done: correct, revert, create, delete, addName or deleteName.</param>
/// <param name="CityId">Id of the city.</param>
/// <param name="Before">The row of the city, or of the name, as it was, by the names of its columns; null where there was none.</param>
/// <param name="After">The row as it is since then; null where there is none any more.</param>
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

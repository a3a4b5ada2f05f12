using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cities.Data.Entities;

namespace Cities.Api.Responses;

/// <summary>One change that an editor has made.</summary>
/// <param name="Id">Increases with each change.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who: the name of an API key behind <c>key:</c>, or that of a token.</param>
/// <param name="Action">What was done: correct, revert, create, delete, addName or deleteName.</param>
/// <param name="CityId">Id of the city.</param>
/// <param name="Before">The row of the city, or of the name, as it was, by the names of its columns; null where there was none.</param>
/// <param name="After">The row as it is since then; null where there is none any more.</param>
public sealed record AuditEntryResponse(
    long Id, DateTimeOffset At, string Actor, string Action, int CityId, JsonObject? Before, JsonObject? After)
{
    internal static AuditEntryResponse Example { get; } = new(
        1,
        new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero),
        "key:editors",
        "correct",
        2643743,
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 8961989 },
        new JsonObject { ["id"] = 2643743, ["name"] = "London", ["population"] = 9089736 });

    internal static Expression<Func<AuditEntry, AuditEntryResponse>> Projection { get; } = entry => new AuditEntryResponse(
        entry.Id,
        entry.At,
        entry.Actor,
        NameOf(entry.Action),
        entry.CityId,
        Root(entry.Before),
        Root(entry.After));

    private static string NameOf(AuditAction action) => JsonNamingPolicy.CamelCase.ConvertName(action.ToString());

    private static JsonObject? Root(JsonDocument? row) => row is null ? null : JsonObject.Create(row.RootElement);
}

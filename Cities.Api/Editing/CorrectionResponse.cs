using System.Text.Json.Nodes;
namespace Cities.Api.Editing;

/// <summary>That a city is corrected, or local.</summary>
/// <param name="Id">Id of the city.</param>
/// <param name="Origin">Where the city comes from: corrected or local.</param>
/// <param name="Name">Its name; null where the city is not there: GeoNames has removed it, or its country is not imported.</param>
/// <param name="Corrected">The members that an editor has corrected; of a local place none.</param>
/// <param name="ChangedBy">Who changed it last.</param>
/// <param name="ChangedAt">When, UTC.</param>
public sealed record CorrectionResponse(
    int Id, Origin Origin, string? Name, IReadOnlyList<string> Corrected, string ChangedBy, DateTimeOffset ChangedAt)
{
    internal static CorrectionResponse Example { get; } = new(
        2643743, Origin.Corrected, "London", ["population"], "key:editors", new DateTimeOffset(2026, 11, 25, 9, 30, 0, TimeSpan.Zero));

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"correction.city_id, correction.is_local, city.name, correction.changes::text, correction.changed_by, correction.changed_at";

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


namespace Cities.Api.Editing;

/// <summary>A name that an editor has added to a city.</summary>
/// <param name="Id">Id of the name, from 2000000000 on.</param>
/// <param name="Name">The name.</param>
/// <param name="Language">ISO 639 code of the language, or null where it has none.</param>
/// <param name="IsPreferred">Whether it is the official or preferred name in its language.</param>
/// <param name="IsShort">Whether it is a short form.</param>
/// <param name="IsColloquial">Whether it is colloquial or slang.</param>
/// <param name="IsHistoric">Whether it was used in the past.</param>
/// <param name="AddedBy">Who added it.</param>
/// <param name="AddedAt">When, UTC.</param>
public sealed record LocalNameResponse(
    int Id,
    string Name,
    string? Language,
    bool IsPreferred,
    bool IsShort,
    bool IsColloquial,
    bool IsHistoric,
    string AddedBy,
    DateTimeOffset AddedAt)
{
    internal static LocalNameResponse Example { get; } = new(
        2000000000, "The Smoke", "en", false, false, true, false, "key:editors", new DateTimeOffset(2026, 11, 25, 9, 32, 0, TimeSpan.Zero));

    /// <summary>The columns for <see cref="Read"/>.</summary>
    internal static readonly SqlText Columns =
        $"id, name, language, is_preferred, is_short, is_colloquial, is_historic, added_by, added_at";

    internal static LocalNameResponse Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetString(1),
        reader.GetOptionalString(2),
        reader.GetBoolean(3),
        reader.GetBoolean(4),
        reader.GetBoolean(5),
        reader.GetBoolean(6),
        reader.GetString(7),
        reader.GetFieldValue<DateTimeOffset>(8));
}


namespace Cities.Api.Editing;

/// <summary>A name that an editor has added to a city.</summary>
/// <param name="Id">The id of the name. The ids of added names start at 2000000000.</param>
/// <param name="Name">The name.</param>
/// <param name="Language">ISO 639 code of the language, or null if the name has no language.</param>
/// <param name="IsPreferred">Whether the name is the official or preferred one in its language.</param>
/// <param name="IsShort">Whether the name is a short form.</param>
/// <param name="IsColloquial">Whether the name is colloquial or slang.</param>
/// <param name="IsHistoric">Whether the name was used in the past.</param>
/// <param name="AddedBy">The name of the client that added the name.</param>
/// <param name="AddedAt">The time when the name was added, UTC.</param>
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
        2000000000,
        "The Smoke",
        "en",
        false,
        false,
        true,
        false,
        "key:editors",
        new DateTimeOffset(2026, 11, 25, 9, 32, 0, TimeSpan.Zero));

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

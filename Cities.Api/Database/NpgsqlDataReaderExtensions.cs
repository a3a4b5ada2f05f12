namespace Cities.Api.Database;

/// <summary>Reads columns that can be null.</summary>
internal static class NpgsqlDataReaderExtensions
{
    public static T? GetOptional<T>(this NpgsqlDataReader reader, int ordinal)
        where T : struct =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<T>(ordinal);

    public static string? GetOptionalString(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);
}

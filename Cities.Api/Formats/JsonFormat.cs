using System.Text.Json;

namespace Cities.Api.Formats;

/// <summary>Writes features as JSON objects. A page is <c>{count, next, previous, results}</c>.</summary>
internal static class JsonFormat
{
    /// <summary>Writes a feature.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="reader">The reader, at the row of the feature.</param>
    /// <param name="columns">The columns of the fields.</param>
    public static void WriteFeature(Utf8JsonWriter writer, NpgsqlDataReader reader, FeatureColumn[] columns)
    {
        writer.WriteStartObject();
        foreach (var column in columns)
        {
            writer.WritePropertyName(column.Field.Name);
            if (column.Field.Type is FieldType.Point && !reader.IsDBNull(column.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteNumber("longitude", reader.GetDouble(column.Ordinal));
                writer.WriteNumber("latitude", reader.GetDouble(column.Ordinal + 1));
                writer.WriteEndObject();
            }
            else
            {
                column.WriteValue(writer, reader);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a page.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="features">The features, an array.</param>
    /// <param name="count">The number of features of the whole list, or null.</param>
    /// <param name="links">The links to other pages.</param>
    public static void WritePage(Utf8JsonWriter writer, ReadOnlySpan<byte> features, long? count, PageLinks links)
    {
        writer.WriteStartObject();
        if (count is { } known)
            writer.WriteNumber("count", known);
        else
            writer.WriteNull("count");
        writer.WriteString("next", links.Next);
        writer.WriteString("previous", links.Previous);
        writer.WritePropertyName("results");
        writer.WriteRawValue(features, skipInputValidation: true);
        writer.WriteEndObject();
    }
}

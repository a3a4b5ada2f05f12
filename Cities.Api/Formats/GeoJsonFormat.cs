using System.Text.Json;

namespace Cities.Api.Formats;

/// <summary>Writes features as GeoJSON (RFC 7946). A page is a feature collection with links.</summary>
internal static class GeoJsonFormat
{
    /// <summary>Writes a feature. Its id is not among its properties.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="reader">The reader, at the row of the feature.</param>
    /// <param name="columns">The columns of the fields.</param>
    /// <param name="links">The links of the feature; without links there is no such member.</param>
    public static void WriteFeature(
        Utf8JsonWriter writer,
        NpgsqlDataReader reader,
        FeatureColumn[] columns,
        params IReadOnlyList<LinkResponse> links)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WritePropertyName(columns[0].Field.Name);
        columns[0].WriteValue(writer, reader);
        writer.WritePropertyName("geometry");
        WriteGeometry(writer, reader, Array.Find(columns, column => column.Field.Type is FieldType.Point));
        writer.WriteStartObject("properties");
        foreach (var column in columns.AsSpan(1))
        {
            if (column.Field.Type is FieldType.Point)
                continue;
            writer.WritePropertyName(column.Field.Name);
            column.WriteValue(writer, reader);
        }

        writer.WriteEndObject();
        if (links.Count > 0)
            WriteLinks(writer, links);
        writer.WriteEndObject();
    }

    /// <summary>Writes a page.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="features">The features, an array.</param>
    /// <param name="matched">The number of features of the whole list, or null.</param>
    /// <param name="returned">The number of features of the page.</param>
    /// <param name="links">The links to this and to other pages.</param>
    public static void WritePage(
        Utf8JsonWriter writer,
        ReadOnlySpan<byte> features,
        long? matched,
        int returned,
        IReadOnlyList<LinkResponse> links)
    {
        // Without timeStamp, which OGC API – Features has as an option: an ETag stands for one sequence of bytes.
        writer.WriteStartObject();
        writer.WriteString("type", "FeatureCollection");
        if (matched is { } known)
            writer.WriteNumber("numberMatched", known);
        writer.WriteNumber("numberReturned", returned);
        WriteLinks(writer, links);
        writer.WritePropertyName("features");
        writer.WriteRawValue(features, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static void WriteGeometry(Utf8JsonWriter writer, NpgsqlDataReader reader, FeatureColumn point)
    {
        if (point.Field is null || reader.IsDBNull(point.Ordinal))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "Point");
        writer.WriteStartArray("coordinates");
        writer.WriteNumberValue(reader.GetDouble(point.Ordinal));
        writer.WriteNumberValue(reader.GetDouble(point.Ordinal + 1));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter writer, IReadOnlyList<LinkResponse> links)
    {
        writer.WritePropertyName("links");
        JsonSerializer.Serialize(writer, links, ApiJsonContext.Default.IReadOnlyListLinkResponse);
    }
}

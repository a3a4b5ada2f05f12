using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace Cities.Api.Features;

/// <summary>Writes the features of a reader straight into a buffer, without an object for each.</summary>
internal static class FeatureWriter
{
    /// <summary>Names stay readable: the answers are JSON and not part of a page.</summary>
    public static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>A feature as an object.</summary>
    public static void WriteObject(Utf8JsonWriter writer, NpgsqlDataReader reader, IReadOnlyList<Field> fields)
    {
        writer.WriteStartObject();
        var ordinal = 0;
        foreach (var field in fields)
        {
            if (field.Type != FieldType.Point)
            {
                WriteProperty(writer, reader, field, ordinal++);
                continue;
            }

            writer.WritePropertyName(field.Name);
            if (reader.IsDBNull(ordinal))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteNumber("longitude", reader.GetDouble(ordinal));
                writer.WriteNumber("latitude", reader.GetDouble(ordinal + 1));
                writer.WriteEndObject();
            }

            ordinal += 2;
        }

        writer.WriteEndObject();
    }

    /// <summary>A feature of RFC 7946; its id is not repeated among the properties.</summary>
    /// <param name="writer">Where it is written.</param>
    /// <param name="reader">Stands at the feature.</param>
    /// <param name="fields">The fields that are read.</param>
    /// <param name="further">Writes further members of the feature, or null for none.</param>
    public static void WriteFeature(
        Utf8JsonWriter writer, NpgsqlDataReader reader, IReadOnlyList<Field> fields, Action<Utf8JsonWriter>? further = null)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        WriteProperty(writer, reader, fields[0], 0);
        var ordinal = 0;
        var hasGeometry = false;
        foreach (var field in fields)
        {
            if (field.Type != FieldType.Point)
            {
                ordinal++;
                continue;
            }

            writer.WritePropertyName("geometry");
            hasGeometry = true;
            WriteGeometry(writer, reader, ordinal);
            ordinal += 2;
        }

        if (!hasGeometry)
            writer.WriteNull("geometry");
        writer.WriteStartObject("properties");
        ordinal = 0;
        foreach (var field in fields)
        {
            if (field.Type == FieldType.Point)
            {
                ordinal += 2;
                continue;
            }

            if (ordinal > 0)
                WriteProperty(writer, reader, field, ordinal);
            ordinal++;
        }

        writer.WriteEndObject();
        further?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <summary>The head of a CSV.</summary>
    public static void WriteHead(IBufferWriter<byte> output, IReadOnlyList<Field> fields) =>
        WriteLine(output, string.Join(',', fields.Select(field => field.Type == FieldType.Point ? "longitude,latitude" : field.Name)));

    /// <summary>A line of a CSV.</summary>
    public static void WriteCsv(IBufferWriter<byte> output, NpgsqlDataReader reader, IReadOnlyList<Field> fields)
    {
        var line = new StringBuilder();
        var ordinal = 0;
        foreach (var field in fields)
        {
            if (ordinal > 0)
                line.Append(',');
            AppendCsv(line, reader, field, ordinal++);
            if (field.Type == FieldType.Point)
                AppendCsv(line.Append(','), reader, field, ordinal++);
        }

        WriteLine(output, line.ToString());
    }

    private static void WriteLine(IBufferWriter<byte> output, string line)
    {
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }

    private static void AppendCsv(StringBuilder line, NpgsqlDataReader reader, Field field, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            return;
        switch (field.Type)
        {
            case FieldType.Integer:
                line.Append(reader.GetInt64(ordinal));
                break;
            case FieldType.Number or FieldType.Point:
                line.Append(CultureInfo.InvariantCulture, $"{reader.GetDouble(ordinal)}");
                break;
            case FieldType.Boolean:
                line.Append(reader.GetBoolean(ordinal) ? "true" : "false");
                break;
            case FieldType.Date:
                line.Append(CultureInfo.InvariantCulture, $"{reader.GetFieldValue<DateOnly>(ordinal):yyyy-MM-dd}");
                break;
            default:
                var text = field.Type == FieldType.TextList
                    ? string.Join(',', reader.GetFieldValue<string[]>(ordinal))
                    : reader.GetString(ordinal);
                if (text.AsSpan().ContainsAny(Quoted))
                    line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
                else
                    line.Append(text);
                break;
        }
    }

    private static void WriteGeometry(Utf8JsonWriter writer, NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "Point");
        writer.WriteStartArray("coordinates");
        writer.WriteNumberValue(reader.GetDouble(ordinal));
        writer.WriteNumberValue(reader.GetDouble(ordinal + 1));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, NpgsqlDataReader reader, Field field, int ordinal)
    {
        writer.WritePropertyName(field.Name);
        if (reader.IsDBNull(ordinal))
        {
            writer.WriteNullValue();
            return;
        }

        switch (field.Type)
        {
            case FieldType.Integer:
                writer.WriteNumberValue(reader.GetInt64(ordinal));
                break;
            case FieldType.Number:
                // Millimetres are more than the coordinates hold.
                writer.WriteNumberValue(Math.Round(reader.GetDouble(ordinal), 3));
                break;
            case FieldType.Boolean:
                writer.WriteBooleanValue(reader.GetBoolean(ordinal));
                break;
            case FieldType.Date:
                writer.WriteStringValue(reader.GetFieldValue<DateOnly>(ordinal).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case FieldType.TextList:
                writer.WriteStartArray();
                foreach (var text in reader.GetFieldValue<string[]>(ordinal))
                    writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(reader.GetString(ordinal));
                break;
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cities.Api.Formats;

/// <summary>A field with the position of its value in the rows of a reader.</summary>
/// <param name="Field">The field.</param>
/// <param name="Ordinal">The column; of a point, the column of the longitude, before that of the latitude.</param>
internal readonly record struct FeatureColumn(Field Field, int Ordinal)
{
    /// <summary>How all formats of JSON are written. Names stay readable: no answer is part of a page.</summary>
    public static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The decimals of numbers in JSON: distances to the millimetre.</summary>
    private const int Decimals = 3;

    /// <summary>Lists the columns of fields that <see cref="FeatureQuery.ToPage"/> selects.</summary>
    public static FeatureColumn[] Of(IReadOnlyList<Field> fields)
    {
        var columns = new FeatureColumn[fields.Count];
        var ordinal = 0;
        foreach (var (index, field) in fields.Index())
        {
            columns[index] = new FeatureColumn(field, ordinal);
            ordinal += field.Type is FieldType.Point ? 2 : 1;
        }

        return columns;
    }

    /// <summary>Writes the value as JSON; a point as its longitude and latitude, one after the other.</summary>
    public void WriteValue(Utf8JsonWriter writer, NpgsqlDataReader reader)
    {
        if (reader.IsDBNull(Ordinal))
        {
            writer.WriteNullValue();
            return;
        }

        switch (Field.Type)
        {
            case FieldType.Integer:
                writer.WriteNumberValue(reader.GetInt64(Ordinal));
                break;
            case FieldType.Number:
                writer.WriteNumberValue(Math.Round(reader.GetDouble(Ordinal), Decimals));
                break;
            case FieldType.Boolean:
                writer.WriteBooleanValue(reader.GetBoolean(Ordinal));
                break;
            case FieldType.Date:
                Span<char> day = stackalloc char[10];
                reader.GetFieldValue<DateOnly>(Ordinal)
                    .TryFormat(day, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
                writer.WriteStringValue(day);
                break;
            case FieldType.TextList:
                writer.WriteStartArray();
                foreach (var text in reader.GetFieldValue<string[]>(Ordinal))
                    writer.WriteStringValue(text);
                writer.WriteEndArray();
                break;
            case FieldType.Box:
                writer.WriteStartArray();
                foreach (var bound in reader.GetFieldValue<double[]>(Ordinal))
                    writer.WriteNumberValue(bound);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(reader.GetString(Ordinal));
                break;
        }
    }
}

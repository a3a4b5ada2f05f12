using System.Buffers;
using System.Text;

namespace Cities.Api.Formats;

/// <summary>Writes features as comma-separated values (RFC 4180) in UTF-8, with a header.</summary>
internal static class CsvFormat
{
    /// <summary>The longest number or day, in bytes.</summary>
    private const int MaximumLength = 32;

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    /// <summary>
    /// The first characters of a text that a spreadsheet program takes for a formula (OWASP, "CSV Injection"), also as
    /// full-width characters.
    /// </summary>
    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <summary>Writes the names of the columns.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="columns">The columns of the fields.</param>
    /// <param name="hasMark">Whether a byte order mark comes first, by which Excel recognises UTF-8.</param>
    public static void WriteHeader(IBufferWriter<byte> output, FeatureColumn[] columns, bool hasMark)
    {
        if (hasMark)
            output.Write(Encoding.UTF8.Preamble);
        var names = columns
            .Select(column => column.Field.Type is FieldType.Point ? "longitude,latitude" : column.Field.Name);
        Encoding.UTF8.GetBytes(string.Join(',', names), output);
        output.Write("\r\n"u8);
    }

    /// <summary>Writes a feature.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="reader">The reader, at the row of the feature.</param>
    /// <param name="columns">The columns of the fields.</param>
    public static void WriteFeature(IBufferWriter<byte> output, NpgsqlDataReader reader, FeatureColumn[] columns)
    {
        foreach (var column in columns)
        {
            if (column.Ordinal > 0)
                output.Write(","u8);
            WriteValue(output, reader, column.Field.Type, column.Ordinal);
            if (column.Field.Type is not FieldType.Point)
                continue;
            output.Write(","u8);
            WriteValue(output, reader, column.Field.Type, column.Ordinal + 1);
        }

        output.Write("\r\n"u8);
    }

    private static void WriteValue(IBufferWriter<byte> output, NpgsqlDataReader reader, FieldType type, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
            return;
        switch (type)
        {
            case FieldType.Integer:
                Format(output, reader.GetInt64(ordinal), default);
                break;
            case FieldType.Number or FieldType.Point:
                Format(output, reader.GetDouble(ordinal), default);
                break;
            case FieldType.Boolean:
                output.Write(reader.GetBoolean(ordinal) ? "true"u8 : "false"u8);
                break;
            case FieldType.Date:
                Format(output, reader.GetFieldValue<DateOnly>(ordinal), "yyyy-MM-dd");
                break;
            case FieldType.TextList:
                WriteText(output, string.Join(',', reader.GetFieldValue<string[]>(ordinal)));
                break;
            case FieldType.Box:
                // Numbers with commas between them are not a formula.
                output.Write("\""u8);
                foreach (var (index, bound) in reader.GetFieldValue<double[]>(ordinal).Index())
                {
                    if (index > 0)
                        output.Write(","u8);
                    Format(output, bound, default);
                }

                output.Write("\""u8);
                break;
            default:
                WriteText(output, reader.GetString(ordinal));
                break;
        }
    }

    private static void Format<T>(IBufferWriter<byte> output, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(output.GetSpan(MaximumLength), out var written, format, CultureInfo.InvariantCulture);
        output.Advance(written);
    }

    /// <summary>
    /// Writes a text. One that a spreadsheet program would run as a formula gets an apostrophe before it, which makes
    /// it a text to such programs. A number, such as the id -5, is not a formula.
    /// </summary>
    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        if (text is [var first, ..] && FormulaStarts.Contains(first) && !Parameters.IsNumber(text, out _))
            text = $"'{text}";
        if (!text.AsSpan().ContainsAny(Quoted))
        {
            Encoding.UTF8.GetBytes(text, output);
            return;
        }

        output.Write("\""u8);
        Encoding.UTF8.GetBytes(text.Replace("\"", "\"\"", StringComparison.Ordinal), output);
        output.Write("\""u8);
    }
}

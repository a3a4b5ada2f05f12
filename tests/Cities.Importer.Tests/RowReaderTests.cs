using System.Text;
using Cities.Importer.GeoNames;

namespace Cities.Importer.Tests;

public sealed class RowReaderTests
{
    [Theory]
    [InlineData("a\tb\nc\td\n")]
    [InlineData("a\tb\nc\td")]
    [InlineData("a\tb\r\nc\td\r\n")]
    [InlineData("\uFEFFa\tb\nc\td\n")]
    [InlineData("# comment\na\tb\n\n#\nc\td\n")]
    public void Rows_are_read_whatever_the_line_ends_marks_and_comments(string text) =>
        Assert.Equal(["a|b", "c|d"], Read(text, 2));

    [Fact]
    public void Empty_columns_quotes_and_backslashes_stand_for_themselves() =>
        Assert.Equal(["|\"x\\ny\"|'|"], Read("\t\"x\\ny\"\t'\t\n", 4));

    [Theory]
    [InlineData("a\n", "has 1 column where 2 are expected")]
    [InlineData("a\tb\tc\n", "has 3 columns where 2 are expected")]
    [InlineData("a\tb\0\n", "contains a NUL character")]
    public void A_row_that_is_none_is_told_of_and_passed_over(string bad, string problem) =>
        Assert.Equal([$"1: {problem}", "c|d"], Read(bad + "c\td\n", 2).Select(row => row.Replace("1.2: ", "1: ", StringComparison.Ordinal)));

    [Fact]
    public void Invalid_UTF_8_is_told_of_with_its_column()
    {
        byte[] text = [(byte)'a', (byte)'\t', 0xC3, 0x28, (byte)'\n', .. "c\td"u8];

        Assert.Equal(["1.2: is not valid UTF-8", "c|d"], Read(text, 2));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    [InlineData(600_000)]
    public void Lines_longer_than_the_buffer_are_read(int length)
    {
        var text = new string('x', length);

        Assert.Equal([$"{text}|1", $"{text}|2"], Read($"{text}\t1\n{text}\t2\n", 2));
    }

    [Fact]
    public void A_line_without_end_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Read(new string('x', RowReader.MaximumLineLength + 10), 1));

    [Fact]
    public void Lines_are_counted_with_comments_and_empty_ones()
    {
        using var reader = new RowReader(new MemoryStream("#\n\na\nb\n"u8.ToArray()), 1);

        Assert.True(reader.TryRead(out _));
        Assert.Equal(3, reader.Line);
        Assert.True(reader.TryRead(out _));
        Assert.Equal(4, reader.Line);
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("", "is not a number")]
    [InlineData("abc", "is not a number")]
    [InlineData("5x", "is not a number")]
    [InlineData("1,5", "is not a number")]
    [InlineData("90.0001", "is not between -90 and 90")]
    [InlineData("NaN", "is not between -90 and 90")]
    public void Numbers_are_read_to_the_last_character_and_held_to_their_bounds(string text, string problem)
    {
        var exception = Assert.Throws<MalformedRowException>(() => ReadColumn(text, row => row.Number(0, "latitude", -90, 90)));

        Assert.Equal((1, $"latitude '{text}' {problem}"), (exception.Column ?? 0, exception.Message));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.0")]
    [InlineData(" 1")]
    public void An_id_is_a_whole_number_above_0(string text) =>
        Assert.Throws<MalformedRowException>(() => ReadColumn(text, row => row.Id(0, "geonameid")));

    [Theory]
    [InlineData("2024-02-30")]
    [InlineData("24-02-03")]
    [InlineData("2024-02-031")]
    [InlineData("ééééé")]
    public void A_date_is_a_day_that_exists(string text) =>
        Assert.Throws<MalformedRowException>(() => ReadColumn(text, row => row.OptionalDate(0, "date")));

    private static List<string> Read(string text, int columns) => Read(Encoding.UTF8.GetBytes(text), columns);

    private static List<string> Read(byte[] text, int columns)
    {
        var rows = new List<string>();
        using var reader = new RowReader(new MemoryStream(text), columns);
        while (true)
        {
            try
            {
                if (!reader.TryRead(out var row))
                    return rows;
                var values = new string[columns];
                for (var column = 0; column < columns; column++)
                    values[column] = Encoding.UTF8.GetString(row[column]);
                rows.Add(string.Join('|', values));
            }
            catch (MalformedRowException exception)
            {
                rows.Add($"{reader.Line}{(exception.Column is { } column ? $".{column}" : "")}: {exception.Message}");
            }
        }
    }

    private delegate object? ColumnReader(Row row);

    private static void ReadColumn(string text, ColumnReader read)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        read(new Row(bytes, [bytes.Length]));
    }
}

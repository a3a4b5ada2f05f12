using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Cities.Data;
using Cities.Data.Entities;

namespace Cities.Importer.GeoNames;

/// <summary>
/// A tab-separated line in the buffer of the reader. GeoNames does not quote or escape text, so a column consists of
/// the bytes between two tabs. Columns are numbered from 0 in code, and from 1 in messages.
/// </summary>
internal readonly ref struct Row
{
    private readonly ReadOnlySpan<byte> _line;
    private readonly ReadOnlySpan<int> _ends;

    /// <param name="line">The line without its line ending.</param>
    /// <param name="ends">The end of each column in the line.</param>
    public Row(ReadOnlySpan<byte> line, ReadOnlySpan<int> ends)
    {
        _line = line;
        _ends = ends;
    }

    /// <summary>Gets the bytes of a column.</summary>
    public ReadOnlySpan<byte> this[int column]
    {
        get
        {
            // A missing column is empty: it and the column before it end at the end of the line.
            var start = column == 0 ? 0 : Math.Min(_ends[column - 1] + 1, _ends[column]);
            return _line[start.._ends[column]];
        }
    }

    /// <summary>Gets the bytes of several columns, including the tabs between them.</summary>
    public ReadOnlySpan<byte> Columns(int first, int last) =>
        _line[(first == 0 ? 0 : _ends[first - 1] + 1).._ends[last]];

    /// <exception cref="MalformedRowException">The column is empty.</exception>
    public ReadOnlySpan<byte> Required(int column, string name) =>
        this[column] is { Length: > 0 } value ? value : throw new MalformedRowException(column + 1, $"{name} is empty");

    /// <summary>Gets a name in its normal form (<see cref="PlaceNames"/>).</summary>
    /// <exception cref="MalformedRowException">The name is empty or contains a control character.</exception>
    public ReadOnlySpan<byte> Name(int column, string name)
    {
        var value = PlaceNames.Normalize(this[column]);
        if (value.IsEmpty)
            throw new MalformedRowException(column + 1, $"{name} is empty");
        return PlaceNames.IsDisplayable(value)
            ? value
            : throw Malformed(column, name, "contains a control character");
    }

    /// <summary>
    /// Gets the ASCII form of a name. If the column is empty or not ASCII, the name is transliterated.
    /// </summary>
    /// <param name="column">The column of the ASCII name.</param>
    /// <param name="ofName">The name.</param>
    /// <param name="id">The id, which replaces a name that has no transliteration.</param>
    /// <exception cref="MalformedRowException">The column contains a control character.</exception>
    public ReadOnlySpan<byte> AsciiName(int column, ReadOnlySpan<byte> ofName, int id)
    {
        var value = PlaceNames.Normalize(this[column]);
        if (!PlaceNames.IsDisplayable(value))
            throw Malformed(column, "ASCII name", "contains a control character");
        if (value.IsEmpty)
            value = ofName;
        if (Ascii.IsValid(value))
            return value;
        var ascii = PlaceNames.ToAscii(Encoding.UTF8.GetString(value));
        return Encoding.ASCII.GetBytes(ascii.Length > 0 ? ascii : id.ToString(CultureInfo.InvariantCulture));
    }

    /// <exception cref="MalformedRowException">The column is not a whole number.</exception>
    public int Int32(int column, string name) =>
        Utf8Parser.TryParse(this[column], out int value, out var consumed) && consumed == this[column].Length
            ? value
            : throw Malformed(column, name, "is not a whole number");

    /// <exception cref="MalformedRowException">The column is neither empty nor a whole number.</exception>
    public int? OptionalInt32(int column, string name) => this[column].IsEmpty ? null : Int32(column, name);

    /// <summary>Gets a small whole number within bounds (inclusive), or null if the column is empty.</summary>
    /// <exception cref="MalformedRowException">The column is neither empty nor such a number.</exception>
    public short? OptionalInt16(int column, string name, short minimum, short maximum)
    {
        if (this[column].IsEmpty)
            return null;
        var value = Int32(column, name);
        return value >= minimum && value <= maximum
            ? (short)value
            : throw Malformed(column, name, $"is not between {minimum} and {maximum}");
    }

    /// <summary>Gets a flag: 1 is true; 0 and an empty column are false.</summary>
    /// <exception cref="MalformedRowException">The column has another value.</exception>
    public bool Flag(int column, string name) => this[column] switch
    {
        [] or [(byte)'0'] => false,
        [(byte)'1'] => true,
        _ => throw Malformed(column, name, "is not empty, 0 or 1"),
    };

    /// <exception cref="MalformedRowException">
    /// The column is neither empty nor a whole number of at least 0.
    /// </exception>
    public long Count(int column, string name)
    {
        if (this[column].IsEmpty)
            return 0;
        return Utf8Parser.TryParse(this[column], out long value, out var consumed)
            && consumed == this[column].Length && value >= 0
            ? value
            : throw Malformed(column, name, "is not a whole number of at least 0");
    }

    /// <summary>Gets a GeoNames id.</summary>
    /// <exception cref="MalformedRowException">The column is not a whole number greater than 0.</exception>
    public int Id(int column, string name) =>
        Int32(column, name) switch
        {
            <= 0 => throw Malformed(column, name, "is not greater than 0"),
            >= CityCorrection.FirstLocalId =>
                throw Malformed(column, name, $"is not less than {CityCorrection.FirstLocalId}"),
            var id => id,
        };

    /// <summary>Gets a number within bounds (inclusive).</summary>
    /// <exception cref="MalformedRowException">The column is not such a number.</exception>
    public double Number(int column, string name, double minimum, double maximum)
    {
        if (!Utf8Parser.TryParse(this[column], out double value, out var consumed) || consumed != this[column].Length)
            throw Malformed(column, name, "is not a number");
        // This form of the condition also rejects NaN, which the parser accepts.
        return value >= minimum && value <= maximum
            ? value
            : throw Malformed(column, name, $"is not between {minimum} and {maximum}");
    }

    /// <summary>Gets a date in the format yyyy-MM-dd, or null if the column is empty.</summary>
    /// <exception cref="MalformedRowException">The column is neither empty nor such a date.</exception>
    public DateOnly? OptionalDate(int column, string name)
    {
        if (this[column].IsEmpty)
            return null;
        Span<char> text = stackalloc char[10];
        return this[column].Length == text.Length
            && Encoding.UTF8.TryGetChars(this[column], text, out var written)
            && DateOnly.TryParseExact(text[..written], "yyyy-MM-dd", out var date)
            ? date
            : throw Malformed(column, name, "is not a date of the form yyyy-MM-dd");
    }

    /// <summary>Creates an exception with the column and its value.</summary>
    public MalformedRowException Malformed(int column, string name, string problem)
    {
        var value = this[column];
        var shown = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 40)]);
        return new MalformedRowException(column + 1, $"{name} '{shown}' {problem}");
    }
}

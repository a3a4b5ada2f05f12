using System.Buffers;
using System.Text.Unicode;

namespace Cities.Importer.GeoNames;

/// <summary>
/// Reads the rows of a tab-separated UTF-8 file into one pooled buffer, without allocations per row or column. It skips
/// a byte order mark, empty lines and comments (<c>#</c> at the start of a line), and supports LF and CRLF.
/// </summary>
/// <param name="stream">The content. The reader does not dispose the stream.</param>
/// <param name="columns">Minimum number of columns of a row.</param>
/// <param name="optionalColumns">Number of additional columns. Those that a row does not have are empty.</param>
internal sealed class RowReader(Stream stream, int columns, int optionalColumns = 0) : IDisposable
{
    /// <summary>The longest column of GeoNames, alternatenames, has at most 10,000 characters.</summary>
    public const int MaximumLineLength = 1 << 20;

    private readonly int[] _ends = new int[columns + optionalColumns];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
    private int _start;
    private int _end;
    private bool _atEnd;
    private bool _started;

    /// <summary>Line number of the current row, starting at 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next line that is neither empty nor a comment.</summary>
    /// <param name="row">The row. It is valid until the next call.</param>
    /// <returns>False at the end of the file.</returns>
    /// <exception cref="MalformedRowException">
    /// The line is malformed. The next call continues with the following line.
    /// </exception>
    /// <exception cref="InvalidDataException">A line is longer than <see cref="MaximumLineLength"/>.</exception>
    public bool TryRead(out Row row)
    {
        while (TryReadLine(out var line))
        {
            if (line.IsEmpty || line[0] == (byte)'#')
                continue;
            row = Split(line);
            return true;
        }

        row = default;
        return false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Row Split(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
            throw new MalformedRowException(ColumnOfFirstInvalidByte(line), "is not valid UTF-8");
        if (line.IndexOf((byte)0) is >= 0 and var zero)
            throw new MalformedRowException(line[..zero].Count((byte)'\t') + 1, "contains a NUL character");

        var count = 0;
        var position = 0;
        while (true)
        {
            var length = line[position..].IndexOf((byte)'\t');
            if (count < _ends.Length)
                _ends[count] = length < 0 ? line.Length : position + length;
            count++;
            if (length < 0)
                break;
            position += length + 1;
        }

        if (count < columns || count > _ends.Length)
        {
            var expected = optionalColumns == 0 ? $"{columns}" : $"{columns} to {_ends.Length}";
            throw new MalformedRowException(
                null, $"has {Wording.Count(count, "column")} where {expected} are expected");
        }

        _ends.AsSpan(Math.Min(count, _ends.Length)).Fill(line.Length);
        return new Row(line, _ends);
    }

    private static int ColumnOfFirstInvalidByte(ReadOnlySpan<byte> line)
    {
        var column = 1;
        foreach (var range in line.Split((byte)'\t'))
        {
            if (!Utf8.IsValid(line[range]))
                break;
            column++;
        }

        return column;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var scanned = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _buffer.AsSpan(_start, scanned + length);
                _start += scanned + length + 1;
                break;
            }

            scanned = _end - _start;
            if (_atEnd)
            {
                line = _buffer.AsSpan(_start, scanned);
                _start = _end;
                if (line.IsEmpty)
                    return false;
                break;
            }

            Fill();
        }

        Line++;
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        if (!_started)
        {
            _started = true;
            if (line.StartsWith("\uFEFF"u8))
                line = line[3..];
        }

        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaximumLineLength)
                throw new InvalidDataException($"line {Line + 1} is longer than {MaximumLineLength} bytes");
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _atEnd = read == 0;
        _end += read;
    }
}

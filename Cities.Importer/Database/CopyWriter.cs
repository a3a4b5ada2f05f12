using System.Buffers;
using System.Buffers.Binary;

namespace Cities.Importer.Database;

/// <summary>
/// Writes rows in the binary COPY format of PostgreSQL, directly from the bytes of a file. It allocates no strings and
/// no objects, and makes no asynchronous call per value. Callers read a row completely before they write it, so that a
/// malformed row is not written partially.
/// </summary>
/// <remarks>
/// Format: PostgreSQL documentation, COPY, "Binary Format". Arrays: the send function of <c>anyarray</c>. Geometries
/// are sent as EWKB (PostGIS documentation, ST_AsEWKB).
/// </remarks>
internal sealed class CopyWriter : IDisposable
{
    private const int FlushThreshold = 1 << 17;
    private const int TextOid = 25;
    private const uint EwkbPointWithSrid = 0x20000001;
    private const uint Wgs84 = 4326;
    private static readonly DateOnly PostgresEpoch = new(2000, 1, 1);
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly Stream _output;
    private readonly short _columns;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FlushThreshold * 2);
    private int _position;

    /// <param name="output">Receives the encoded rows: the stream of a COPY, or a file that is copied later.</param>
    /// <param name="columns">Number of columns of a row.</param>
    public CopyWriter(Stream output, int columns)
    {
        _output = output;
        _columns = checked((short)columns);
        Header.CopyTo(_buffer, 0);
        _position = Header.Length;
    }

    /// <summary>Number of rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether the buffer is full and <see cref="FlushAsync"/> must be called.</summary>
    public bool IsFull => _position >= FlushThreshold;

    public void BeginRow()
    {
        Rows++;
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), _columns);
    }

    public void Null() => WriteInt32(-1);

    public void Text(ReadOnlySpan<byte> utf8)
    {
        WriteInt32(utf8.Length);
        utf8.CopyTo(Take(utf8.Length));
    }

    /// <summary>Writes text, or NULL if it is empty.</summary>
    public void OptionalText(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            Null();
        else
            Text(utf8);
    }

    /// <summary>Writes an array of text from a comma-separated list. Empty items are left out.</summary>
    public void TextArray(ReadOnlySpan<byte> commaSeparated)
    {
        var lengthAt = _position;
        WriteInt32(0);
        if (!commaSeparated.ContainsAnyExcept((byte)',', (byte)' '))
        {
            WriteInt32(0); // dimensions
            WriteInt32(0); // no NULLs
            WriteInt32(TextOid);
        }
        else
        {
            WriteInt32(1);
            WriteInt32(0);
            WriteInt32(TextOid);
            var countAt = _position;
            var count = 0;
            WriteInt32(0);
            WriteInt32(1); // lower bound
            foreach (var range in commaSeparated.Split((byte)','))
            {
                var item = commaSeparated[range].Trim((byte)' ');
                if (item.IsEmpty)
                    continue;
                Text(item);
                count++;
            }

            BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(countAt), count);
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(lengthAt), _position - lengthAt - sizeof(int));
    }

    public void Int32(int value)
    {
        WriteInt32(sizeof(int));
        WriteInt32(value);
    }

    public void OptionalInt32(int? value)
    {
        if (value is { } number)
            Int32(number);
        else
            Null();
    }

    /// <summary>Writes a row that consists of an id.</summary>
    public void Id(int id)
    {
        BeginRow();
        Int32(id);
    }

    public void Int16(short value)
    {
        WriteInt32(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);
    }

    public void OptionalInt16(short? value)
    {
        if (value is { } number)
            Int16(number);
        else
            Null();
    }

    public void Boolean(bool value)
    {
        WriteInt32(sizeof(byte));
        Take(sizeof(byte))[0] = value ? (byte)1 : (byte)0;
    }

    public void Int64(long value)
    {
        WriteInt32(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);
    }

    public void OptionalDouble(double? value)
    {
        if (value is { } number)
            Double(number);
        else
            Null();
    }

    public void Double(double value)
    {
        WriteInt32(sizeof(double));
        BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), value);
    }

    public void OptionalDate(DateOnly? value) => OptionalInt32(value?.DayNumber - PostgresEpoch.DayNumber);

    /// <summary>Writes a point in EPSG:4326.</summary>
    /// <param name="longitude">Degrees; east is positive.</param>
    /// <param name="latitude">Degrees; north is positive.</param>
    public void Point(double longitude, double latitude)
    {
        const int length = sizeof(byte) + (2 * sizeof(uint)) + (2 * sizeof(double));
        WriteInt32(length);
        var ewkb = Take(length);
        ewkb[0] = 1; // little-endian
        BinaryPrimitives.WriteUInt32LittleEndian(ewkb[1..], EwkbPointWithSrid);
        BinaryPrimitives.WriteUInt32LittleEndian(ewkb[5..], Wgs84);
        BinaryPrimitives.WriteDoubleLittleEndian(ewkb[9..], longitude);
        BinaryPrimitives.WriteDoubleLittleEndian(ewkb[17..], latitude);
    }

    /// <summary>Writes the buffer to the output.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _output.WriteAsync(_buffer.AsMemory(0, _position), cancellationToken);
        _position = 0;
    }

    /// <summary>Writes the rest of the buffer and the end of the data.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), -1);
        return FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - _position < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _position + length));
            _buffer.AsSpan(0, _position).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var span = _buffer.AsSpan(_position, length);
        _position += length;
        return span;
    }
}

using System.IO.Compression;
using System.IO.Hashing;

namespace Cities.Importer.Sources;

/// <summary>
/// The text file in a GeoNames archive, decompressed while it is read. It verifies length and CRC-32, so that a damaged
/// archive is not mistaken for a short file.
/// </summary>
internal sealed class ZippedText : Stream
{
    /// <summary>GeoNames' files are compressed to about a fifth. A far higher ratio indicates a zip bomb.</summary>
    private const int MaximumRatio = 100;

    private readonly ZipArchive _archive;
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _text;
    private readonly Crc32 _crc = new();
    private long _position;

    private ZippedText(ZipArchive archive, ZipArchiveEntry entry)
    {
        _archive = archive;
        _entry = entry;
        _text = entry.Open();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <summary>Opens an entry of an archive.</summary>
    /// <param name="stream">The archive. It stays open when the text is closed.</param>
    /// <param name="entryName">Name of the text file in the archive.</param>
    /// <exception cref="InvalidDataException">The archive is damaged or does not contain the text file.</exception>
    public static Stream Open(Stream stream, string entryName)
    {
        var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        // A name with a folder never matches, so an entry of another folder cannot replace the file.
        var entry = archive.GetEntry(entryName)
            ?? throw new InvalidDataException(archive.Entries.Count == 0
                ? "the archive contains no file"
                : $"the archive does not contain {entryName}, but "
                    + string.Join(", ", archive.Entries.Take(5).Select(each => each.FullName)));
        if (entry.Length / MaximumRatio > entry.CompressedLength)
        {
            throw new InvalidDataException(
                $"{entryName} has {Wording.Count(entry.Length, "byte")}, more than {MaximumRatio} times its "
                + $"{Wording.Count(entry.CompressedLength, "byte")} in the archive");
        }

        return new ZippedText(archive, entry);
    }

    public override int Read(Span<byte> buffer)
    {
        var read = _text.Read(buffer);
        _position += read;
        if (_position > _entry.Length)
        {
            throw new InvalidDataException(
                $"{_entry.Name} is longer than its length of {Wording.Count(_entry.Length, "byte")} in the archive");
        }

        _crc.Append(buffer[..read]);
        if (read == 0 && buffer.Length > 0)
            CheckEnd();
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
            _archive.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckEnd()
    {
        if (_position != _entry.Length)
        {
            throw new InvalidDataException(
                $"{_entry.Name} ends after {_position} of {Wording.Count(_entry.Length, "byte")}");
        }

        if (_crc.GetCurrentHashAsUInt32() != _entry.Crc32)
            throw new InvalidDataException($"{_entry.Name} does not match its CRC-32 in the archive");
    }
}

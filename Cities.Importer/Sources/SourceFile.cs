using System.Security.Cryptography;

namespace Cities.Importer.Sources;

/// <summary>A GeoNames file on this machine: a text file, or a zip archive that holds one.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly FileStream _stream;

    private SourceFile(string name, FileStream stream, string sha256)
    {
        Name = name;
        _stream = stream;
        Sha256 = sha256;
    }

    /// <summary>Path on GeoNames' server, such as <c>dump/GB.zip</c>.</summary>
    public string Name { get; }

    /// <summary>Path on this machine.</summary>
    public string Path => _stream.Name;

    /// <summary>Length on disk in bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>How many of <see cref="Length"/> bytes have been read.</summary>
    public long Position => _stream.Position;

    /// <summary>When the server says that it published the file, or null where nobody says.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>SHA-256 of the content on disk, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Opens a file and reads it once for its hash.</summary>
    /// <param name="name">Path on GeoNames' server.</param>
    /// <param name="path">Path on this machine.</param>
    /// <param name="publishedAt">When the server says that it published it, or null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<SourceFile> OpenAsync(
        string name, string path, DateTimeOffset? publishedAt, CancellationToken cancellationToken)
    {
        var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            var hash = await SHA256.HashDataAsync(stream, cancellationToken);
            return new SourceFile(name, stream, Convert.ToHexStringLower(hash)) { PublishedAt = publishedAt };
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the text, decompressing it on the way.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged, or does not hold the text that it should.</exception>
    public Stream OpenText()
    {
        _stream.Position = 0;
        return IsZip ? ZippedText.Open(_stream, System.IO.Path.GetFileNameWithoutExtension(Name) + ".txt") : _stream;
    }

    public void Dispose() => _stream.Dispose();

    // By its content and not by its name: an unpacked file may stand in a folder in place of the archive.
    private bool IsZip
    {
        get
        {
            Span<byte> signature = stackalloc byte[4];
            var read = _stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
            _stream.Position = 0;
            return signature[..read].StartsWith("PK"u8);
        }
    }
}

using System.Security.Cryptography;

namespace Cities.Importer.Sources;

/// <summary>A local copy of a GeoNames file: a text file, or a zip archive that contains one.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly FileStream _stream;

    private SourceFile(string name, FileStream stream, string sha256)
    {
        Name = name;
        _stream = stream;
        Sha256 = sha256;
    }

    /// <summary>Path on the GeoNames server, such as <c>dump/GB.zip</c>.</summary>
    public string Name { get; }

    /// <summary>Local path.</summary>
    public string Path => _stream.Name;

    /// <summary>Length on disk in bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>Number of bytes read, of <see cref="Length"/>.</summary>
    public long Position => _stream.Position;

    /// <summary>When the server published the file, or null if it is not known.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>SHA-256 of the content on disk, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Opens a file, and computes its hash.</summary>
    /// <param name="name">Path on the GeoNames server.</param>
    /// <param name="path">Local path.</param>
    /// <param name="publishedAt">When the server published the file, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
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

    /// <summary>Opens the text, and decompresses it if necessary.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged or does not contain the text file.</exception>
    public Stream OpenText()
    {
        _stream.Position = 0;
        return IsZip ? ZippedText.Open(_stream, System.IO.Path.GetFileNameWithoutExtension(Name) + ".txt") : _stream;
    }

    public void Dispose() => _stream.Dispose();

    // By content, not by name: a folder can contain an extracted file under the name of the archive.
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

using System.Security.Cryptography;

namespace Cities.Importer.Sources;

/// <summary>A local copy of a GeoNames file: a text file, or a zip archive (<c>.zip</c>) that contains one.</summary>
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

    /// <summary>
    /// The text that is read, such as <c>dump/GB.zip/GB.txt</c> in an archive, or <c>dump/GB.txt</c> beside one.
    /// </summary>
    public string TextName =>
        IsArchive ? $"{Name}/{EntryName}" : System.IO.Path.ChangeExtension(Name, System.IO.Path.GetExtension(Path));

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
    /// <exception cref="ImportException">The file has the name of an archive, and is none.</exception>
    public static async Task<SourceFile> OpenAsync(
        string name, string path, DateTimeOffset? publishedAt, CancellationToken cancellationToken)
    {
        var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            if (IsArchivePath(path))
                CheckSignature(name, stream);
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
    /// <exception cref="ImportException">The archive is damaged or does not contain the text file.</exception>
    public Stream OpenText()
    {
        _stream.Position = 0;
        if (!IsArchive)
            return _stream;
        try
        {
            return ZippedText.Open(_stream, EntryName);
        }
        catch (InvalidDataException exception)
        {
            throw new ImportException(ExitCode.BadData, $"{Name} is damaged: {exception.Clause()}.", exception);
        }
    }

    public void Dispose() => _stream.Dispose();

    private bool IsArchive => IsArchivePath(Path);

    private string EntryName => System.IO.Path.GetFileNameWithoutExtension(Name) + ".txt";

    private static bool IsArchivePath(string path) => path.EndsWith(".zip", StringComparison.Ordinal);

    /// <summary>
    /// Checks that an archive is one, because a server can answer with a page, such as that of a proxy.
    /// </summary>
    private static void CheckSignature(string name, FileStream stream)
    {
        if (stream.Length == 0)
            throw new ImportException(ExitCode.BadData, $"{name} is empty: it has 0 bytes.");
        Span<byte> signature = stackalloc byte[2];
        stream.ReadAtLeast(signature, signature.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (!signature.SequenceEqual("PK"u8))
            throw new ImportException(ExitCode.BadData, $"{name} is not a zip archive.");
    }
}

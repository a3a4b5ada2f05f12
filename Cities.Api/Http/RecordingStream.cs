namespace Cities.Api.Http;

/// <summary>Forwards a body to another stream, and keeps a copy of it unless it is too large.</summary>
/// <param name="destination">The stream that receives the body.</param>
/// <param name="maximumSize">The maximum size of the copy, in bytes.</param>
internal sealed class RecordingStream(Stream destination, long maximumSize) : Stream
{
    private MemoryStream? _copy = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a part of the body has been written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>The body, or null if it is too large.</summary>
    public byte[]? TakeBody() => _copy?.ToArray();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        destination.Write(buffer);
        Copy(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await destination.WriteAsync(buffer, cancellationToken);
        Copy(buffer.Span);
    }

    public override void Flush() => destination.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Copy(ReadOnlySpan<byte> buffer)
    {
        HasWritten = true;
        if (_copy is null)
            return;
        if (_copy.Length + buffer.Length > maximumSize)
            _copy = null;
        else
            _copy.Write(buffer);
    }
}

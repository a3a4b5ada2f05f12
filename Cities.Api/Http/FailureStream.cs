namespace Cities.Api.Http;

/// <summary>Keeps the body of an error, and discards the body of a success.</summary>
internal sealed class FailureStream(HttpResponse response) : MemoryStream
{
    private bool IsFailure => response.StatusCode != StatusCodes.Status200OK;

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (IsFailure)
            base.Write(buffer, offset, count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsFailure)
            base.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}

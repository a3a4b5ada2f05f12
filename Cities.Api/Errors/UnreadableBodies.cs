using Microsoft.AspNetCore.Http.Features;

namespace Cities.Api.Errors;

/// <summary>
/// Answers 400 if the body of a request cannot be read. For some faults in its framing, such as the size of a chunk
/// that is out of range or a NUL character in a trailer, the server throws exceptions that are not bad requests. All
/// exceptions while it reads the body are faults of the request.
/// </summary>
internal static class UnreadableBodies
{
    public static void UseUnreadableBodies(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true)
            context.Request.Body = new Body(context.Request.Body);
        return next(context);
    });

    /// <summary>Reads a body, and makes errors of the request from failures.</summary>
    private sealed class Body(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            // Other statuses are those of a body that is too large or too slow.
            catch (Exception exception) when (
                exception is not OperationCanceledException
                && exception is not BadHttpRequestException { StatusCode: not StatusCodes.Status400BadRequest })
            {
                throw new ParameterException(
                    JsonBody.Name,
                    "The body cannot be read: its chunks or trailers are malformed, or it is incomplete.");
            }
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // The server allows no synchronous reads.
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();
    }
}

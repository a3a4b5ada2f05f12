namespace Cities.Importer;

internal static class CancellationExtensions
{
    /// <summary>
    /// Whether an exception comes of what a token cancelled. Npgsql throws an exception of its own, with the cancellation
    /// inside, when it was writing to the server just then.
    /// </summary>
    public static bool IsCancellation(this Exception exception, CancellationToken cancellationToken)
    {
        for (var each = exception; each is not null; each = each.InnerException)
        {
            if (each is OperationCanceledException)
                return cancellationToken.IsCancellationRequested;
        }

        return false;
    }
}

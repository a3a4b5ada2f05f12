namespace Cities.Importer;

internal static class CancellationExtensions
{
    /// <summary>
    /// Whether a token caused an exception. If Npgsql is writing to the server when the token is cancelled, it throws
    /// an exception of its own that contains the cancellation.
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

namespace Cities.Testing;

/// <summary>
/// Ends a server with its client. Servers that stay until the end of all tests keep their connections to the database, which are more
/// than it has.
/// </summary>
/// <param name="handler">Sends the requests.</param>
/// <param name="server">Disposed with the client.</param>
public sealed class OwningHandler(HttpMessageHandler handler, IDisposable server) : DelegatingHandler(handler)
{
    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            server.Dispose();
    }
}

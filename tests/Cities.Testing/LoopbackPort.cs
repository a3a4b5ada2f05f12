using System.Net;
using System.Net.Sockets;

namespace Cities.Testing;

/// <summary>Ports for what a test starts as another process, which has to be told one.</summary>
public static class LoopbackPort
{
    /// <summary>
    /// A port on loopback that nothing listens on. It is none of those that the system gives connections (from 32768 on Linux):
    /// one of them could be a connection's by the time that it is listened on.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Cities.AppHost.Tests;

/// <summary>Ports that another program listens on. RunScriptTests start the application beside one.</summary>
public sealed class FreePortsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    public void A_taken_port_is_passed_over_whatever_address_it_is_taken_on(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        try
        {
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            Assert.Skip($"This machine has no {address}.");
        }

        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.InRange(FreePorts.From(taken), taken + 1, taken + 200);
    }

    [Fact]
    public void A_free_port_is_taken_as_it_is()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        Assert.Equal(port, FreePorts.From(port));
    }
}

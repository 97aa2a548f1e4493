using System.Net;
using System.Net.Sockets;

namespace Landfall.Benchmarks;

internal static class Loopback
{
    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

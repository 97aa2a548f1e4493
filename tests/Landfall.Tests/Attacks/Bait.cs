using System.Net;
using System.Net.Sockets;

namespace Landfall.Tests.Attacks;

/// <summary>Where hostile files point to, on this machine: a server, which must never be called, and a file, whose text must never come back.</summary>
internal static class Bait
{
    private static readonly TcpListener Listener = Listen();
    private static int _calls;

    /// <summary>Connections so far.</summary>
    public static int Calls => Volatile.Read(ref _calls);

    public static string Url { get; } = $"http://{Listener.LocalEndpoint}/secret.xml";

    public static string Secret { get; } = $"SECRET-{Guid.NewGuid():N}";

    public static string FileUrl { get; } = $"file://{WriteSecret()}";

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private static async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            using var caller = await listener.AcceptTcpClientAsync();
            Interlocked.Increment(ref _calls);
        }
    }

    private static string WriteSecret()
    {
        var path = Path.Combine(Path.GetTempPath(), $"landfall-bait-{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, Secret);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        return path;
    }
}

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Landfall.Tests.Attacks;

/// <summary>A Postgres that asks everybody for a password and takes none: only as much of its protocol as that needs (https://www.postgresql.org/docs/current/protocol-flow.html).</summary>
internal sealed class FakePostgres : IDisposable
{
    private const int SslRequest = 80877103, GssRequest = 80877104;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public FakePostgres()
    {
        _listener.Start();
        _loop = Task.Run(LoopAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Those that were offered.</summary>
    public ConcurrentQueue<string> Passwords { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _loop.Wait();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await RefuseAsync(client.GetStream(), _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
            {
                // The next one.
            }
        }
    }

    private async Task RefuseAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var first = await ReadAsync(stream, cancellationToken);
        while (BinaryPrimitives.ReadInt32BigEndian(first) is SslRequest or GssRequest)
        {
            await stream.WriteAsync("N"u8.ToArray(), cancellationToken);
            first = await ReadAsync(stream, cancellationToken);
        }
        await stream.WriteAsync(new byte[] { (byte)'R', 0, 0, 0, 8, 0, 0, 0, 3 }, cancellationToken);
        await stream.ReadExactlyAsync(new byte[1], cancellationToken);
        Passwords.Enqueue(Encoding.UTF8.GetString(await ReadAsync(stream, cancellationToken)).TrimEnd('\0'));
        var fields = Encoding.UTF8.GetBytes("SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"marked\"\0\0");
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, fields.Length + 4);
        await stream.WriteAsync((byte[])[(byte)'E', .. length, .. fields], cancellationToken);
    }

    /// <summary>What stands behind a length.</summary>
    private static async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await stream.ReadExactlyAsync(rest, cancellationToken);
        return rest;
    }
}

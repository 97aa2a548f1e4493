using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Landfall.Tests.Cloud;

/// <summary>
/// A loopback proxy that fails on purpose: it answers 503 or 429 itself, or cuts a connection after some bytes of requests or of replies. What it does
/// to the n-th connection is decided by the seed.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Random _random;
    private readonly Uri _upstream;
    private readonly Task _accepting;
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private int _useless;
    private int _cuts;
    private int _refusals;

    public FaultyProxy(int seed, Uri upstream)
    {
        (_random, _upstream) = (new Random(seed), upstream);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections cut in the middle so far.</summary>
    public int Cuts => _cuts;

    /// <summary>Requests answered with 503 or 429 so far.</summary>
    public int Refusals => _refusals;

    /// <summary>Done when a second connection has come.</summary>
    public Task SecondConnection => _second.Task;

    /// <summary>Whether replies stay in the proxy until the connection ends.</summary>
    public bool Deaf { get; set; }

    /// <summary>Connections in a row that are refused, or cut in the very head of a request or a reply.</summary>
    public int MaxUseless { get; init; } = 2;

    /// <summary>Bytes that any connection is let have at most.</summary>
    public int Patience { get; init; } = 3 << 20;

    /// <summary>Whether connections are refused and cut from now on.</summary>
    public bool Faulty { get; set; } = true;

    public void CutAll()
    {
        lock (_lock)
        {
            foreach (var socket in _open) Cut(socket, hard: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.Add(ServeAsync(await _listener.AcceptSocketAsync(_end.Token)));
                if (++_connections == 2) _second.SetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_lock) _open.Add(client);
        try
        {
            var (refuse, up, down, hard, status) = Plan();
            if (refuse)
            {
                await RefuseAsync(client, status);
                return;
            }
            await server.ConnectAsync(_upstream.Host, _upstream.Port, _end.Token);
            await Task.WhenAny(PumpAsync(client, server, up), PumpAsync(server, client, down));
            Cut(server, hard);
            Cut(client, hard);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either side has hung up.
        }
        finally
        {
            lock (_lock) _open.Remove(client);
            client.Dispose();
        }
    }

    /// <summary>After two that could achieve nothing the third is let get on: the client's few attempts are meant to be enough.</summary>
    private (bool Refuse, long Up, long Down, bool Hard, string Status) Plan()
    {
        lock (_lock)
        {
            if (!Faulty) return (false, long.MaxValue, long.MaxValue, false, "");
            var (refuse, head) = (_random.Next(4) == 0, _random.Next(3) == 0);
            var (hard, status) = (_random.Next(2) == 0, _random.Next(2) == 0 ? "503 Service Unavailable" : "429 Too Many Requests");
            _useless = (refuse || head) && _useless < MaxUseless ? _useless + 1 : 0;
            var least = _useless == 0 ? Patience / 2 : 0;
            var most = _useless == 0 ? Patience : Math.Min(Patience, 400);
            return (refuse && _useless > 0, _random.Next(least, most), _random.Next(least, most), hard, status);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, long allowed)
    {
        var buffer = new byte[1 << 14];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, _end.Token)) > 0;)
            {
                while (Deaf) await Task.Delay(10, _end.Token);
                await to.SendAsync(buffer.AsMemory(0, (int)Math.Min(read, allowed)), _end.Token);
                if ((allowed -= read) > 0) continue;
                Interlocked.Increment(ref _cuts);
                return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either side has hung up.
        }
    }

    private async Task RefuseAsync(Socket client, string status)
    {
        var buffer = new byte[1 << 14];
        var head = "";
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await client.ReceiveAsync(buffer, _end.Token);
            if (read == 0) return;
            head += Encoding.Latin1.GetString(buffer, 0, read);
        }
        await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), _end.Token);
        client.Shutdown(SocketShutdown.Send);
        Interlocked.Increment(ref _refusals);
        while (await client.ReceiveAsync(buffer, _end.Token) > 0)
        {
            // Hears the caller out.
        }
    }

    private static void Cut(Socket socket, bool hard)
    {
        try
        {
            if (hard) socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (ObjectDisposedException)
        {
            // It has been hung up already.
        }
    }
}

using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Landfall.Benchmarks;

/// <summary>
/// Connections that ask one request after another, each as soon as the last is answered. It shares the machine with what it measures, as pgbench does: so it speaks
/// no more HTTP than it must.
/// </summary>
internal static class LoadClient
{
    /// <param name="port">On loopback.</param>
    /// <param name="path">The path of the next request.</param>
    /// <returns>Each request's time, sorted.</returns>
    /// <exception cref="InvalidOperationException">An answer was not 200.</exception>
    public static Task<IReadOnlyList<double>> RunAsync(int port, int connections, TimeSpan time, int seed, Func<Random, string> path) =>
        RunAsync(port, connections, time, seed, random => Encoding.ASCII.GetBytes($"GET {path(random)} HTTP/1.1\r\nHost: a\r\n\r\n"));

    /// <inheritdoc cref="RunAsync(int, int, TimeSpan, int, Func{Random, string})"/>
    /// <param name="next">The next request, as it is sent.</param>
    public static async Task<IReadOnlyList<double>> RunAsync(int port, int connections, TimeSpan time, int seed, Func<Random, ReadOnlyMemory<byte>> next)
    {
        var begun = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => AskAsync(port, new Random(seed + i), next, () => Stopwatch.GetElapsedTime(begun) < time))));
        return [.. all.SelectMany(times => times).Order()];
    }

    private static async Task<List<double>> AskAsync(int port, Random random, Func<Random, ReadOnlyMemory<byte>> next, Func<bool> goesOn)
    {
        var times = new List<double>();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        var answer = new byte[1 << 20];
        while (goesOn())
        {
            var request = next(random);
            var begun = Stopwatch.GetTimestamp();
            for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request[sent..]);
            var (read, wanted) = (0, 0);
            while (wanted == 0 || read < wanted)
            {
                var got = await socket.ReceiveAsync(answer.AsMemory(read));
                if (got == 0) throw new InvalidOperationException("The connection was closed.");
                read += got;
                if (wanted == 0) wanted = Whole(answer.AsSpan(0, read));
            }
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return times;
    }

    /// <summary>How many bytes the answer has with its head; 0 while that is not known.</summary>
    private static int Whole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return 0;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new InvalidOperationException(Encoding.UTF8.GetString(answer));
        var length = answer.IndexOf("Content-Length: "u8) + "Content-Length: ".Length;
        return Utf8Parser.TryParse(answer[length..], out int body, out _) ? head + 4 + body : throw new InvalidOperationException("The answer does not say its length.");
    }
}

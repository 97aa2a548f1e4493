using System.Net.Sockets;
using System.Text;

namespace Landfall.Tests.Attacks;

/// <summary>A request as its bytes, sent over a socket: what no client library would send.</summary>
internal static class RawRequest
{
    /// <param name="server">Whom it is sent to.</param>
    /// <param name="bytes">The request, in the pieces in which it is sent; sending ends when the server has answered or hung up.</param>
    /// <param name="hangUp">Whether to say that nothing more comes, once all is sent.</param>
    /// <returns>The status, 0 where the server hung up without one; the whole answer; bytes that were sent; and how long it took to answer.</returns>
    public static async Task<RawAnswer> SendAsync(Uri server, IAsyncEnumerable<ReadOnlyMemory<byte>> bytes, bool hangUp = false)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, patience.Token);
        var stream = client.GetStream();
        var start = Pace.Now;
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
        var answer = ReadAsync(stream, answered, start, patience.Token);
        var sent = 0L;
        try
        {
            await foreach (var piece in bytes.WithCancellation(answered.Token))
            {
                await stream.WriteAsync(piece, answered.Token);
                sent += piece.Length;
            }
            if (hangUp) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has heard enough.
        }
        var (text, took) = await answer;
        return new(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3)) : 0, text, sent, took);
    }

    public static Task<RawAnswer> SendAsync(Uri server, string head, ReadOnlyMemory<byte> body = default, bool hangUp = false) => SendAsync(server, Pieces(Encoding.Latin1.GetBytes(head), body), hangUp);

    /// <summary>One after the other.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(params ReadOnlyMemory<byte>[] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.CompletedTask;
            yield return piece;
        }
    }

    /// <summary>A head, and then the same piece over and over.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless(string head, ReadOnlyMemory<byte> piece, TimeSpan pause = default)
    {
        yield return Encoding.Latin1.GetBytes(head);
        while (true)
        {
            await Task.Delay(pause);
            yield return piece;
        }
    }

    /// <summary>To the end of the first answer, or of the connection.</summary>
    private static async Task<(string Text, Pace Took)> ReadAsync(NetworkStream stream, CancellationTokenSource answered, Pace start, CancellationToken patience)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, patience)) > 0;)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
                if (IsWhole(text.ToString())) break;
            }
        }
        catch (IOException)
        {
            // Reset: what there is of an answer is there.
        }
        var took = Pace.Now - start;
        await answered.CancelAsync();
        return (text.ToString(), took);
    }

    private static bool IsWhole(string text)
    {
        if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (>= 0 and var end)) return false;
        var head = text[..end];
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) return text.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null || Encoding.UTF8.GetByteCount(text.AsSpan(end + 4)) >= int.Parse(length.AsSpan("Content-Length:".Length));
    }
}

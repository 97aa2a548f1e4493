using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace Landfall.Local.Storage;

/// <summary>
/// A <c>multipart/related</c> upload: a part of JSON, a part of content, streamed. ASP.NET's own reader wants CR LF and plain boundaries;
/// gcloud sends LF and a boundary in single quotes.
/// </summary>
internal sealed class MultipartBody
{
    private const int MaxHead = 1 << 20;
    private readonly PipeReader _body;
    private readonly byte[] _boundary;

    public MultipartBody(string? contentType, PipeReader body)
    {
        _body = body;
        var at = contentType?.IndexOf("boundary=", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at < 0) throw StorageException.Invalid("A multipart upload needs a Content-Type with a boundary.");
        _boundary = Encoding.ASCII.GetBytes("--" + contentType![(at + "boundary=".Length)..].Split(';')[0].Trim().Trim('\'', '"'));
    }

    /// <summary>Appends the content to <paramref name="content"/>.</summary>
    /// <returns>The metadata, and the content's own type or null.</returns>
    public async Task<(JsonDocument Metadata, string? ContentType)> ReadAsync(StagedFile content, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _body.ReadAsync(cancellationToken);
            if (TryReadHead(read.Buffer.Slice(0, Math.Min(read.Buffer.Length, MaxHead)).ToArray(), out var head))
            {
                _body.AdvanceTo(read.Buffer.GetPosition(head.Length));
                await ReadContentAsync(content, head.LineEnd, cancellationToken);
                return (UploadMetadata.Parse(head.Json), head.ContentType);
            }
            _body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length >= MaxHead)
                throw StorageException.Invalid("The multipart upload has no part of JSON and part of content.");
        }
    }

    private bool TryReadHead(byte[] bytes, out (int Length, byte[] Json, string? ContentType, byte[] LineEnd) head)
    {
        head = default;
        if (!TryFind(bytes, _boundary, 0, out var first) || !TryFind(bytes, "\n"u8, first, out var firstLine)) return false;
        byte[] lineEnd = bytes[firstLine - 2] == '\r' ? [.. "\r\n"u8] : [.. "\n"u8];
        byte[] blank = [.. lineEnd, .. lineEnd];
        byte[] next = [.. lineEnd, .. _boundary];
        if (!TryFind(bytes, blank, firstLine - lineEnd.Length, out var json) || !TryFind(bytes, next, json - lineEnd.Length, out var second)
            || !TryFind(bytes, blank, second, out var content)) return false;
        var type = Encoding.UTF8.GetString(bytes[second..content]).Split('\n', StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => line.StartsWith("content-type:", StringComparison.OrdinalIgnoreCase))?["content-type:".Length..].Trim();
        head = (content, bytes[json..Math.Max(json, second - next.Length)], type, lineEnd);
        return true;
    }

    private async Task ReadContentAsync(StagedFile content, byte[] lineEnd, CancellationToken cancellationToken)
    {
        // The closing boundary is the last thing of the body: all but a tail that could hold it is content at once.
        byte[] closing = [.. lineEnd, .. _boundary, .. "--"u8];
        var held = closing.Length + 64;
        while (true)
        {
            var read = await _body.ReadAsync(cancellationToken);
            var sure = read.Buffer.Slice(0, Math.Max(0, read.Buffer.Length - held));
            foreach (var segment in sure) await content.AppendAsync(segment, cancellationToken);
            if (!read.IsCompleted)
            {
                _body.AdvanceTo(sure.End, read.Buffer.End);
                continue;
            }
            var tail = read.Buffer.Slice(sure.End).ToArray();
            _body.AdvanceTo(read.Buffer.End);
            var end = tail.AsSpan().LastIndexOf(closing);
            // Empty content: the blank line before it is the line end before the boundary.
            if (end < 0 && content.Length == 0 && tail.AsSpan().StartsWith(closing.AsSpan(lineEnd.Length))) return;
            if (end < 0) throw StorageException.Invalid("The multipart upload has no closing boundary: it was cut short.");
            await content.AppendAsync(tail.AsMemory(0, end), cancellationToken);
            return;
        }
    }

    private static bool TryFind(byte[] bytes, ReadOnlySpan<byte> wanted, int from, out int behind)
    {
        var at = bytes.AsSpan(from).IndexOf(wanted);
        behind = from + at + wanted.Length;
        return at >= 0;
    }
}

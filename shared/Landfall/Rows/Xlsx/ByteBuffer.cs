using System.Text;

namespace Landfall.Rows.Xlsx;

/// <summary>UTF-8 text that grows, up to a limit. What was sliced stays as it was, even when the buffer grows; until it is cleared.</summary>
/// <param name="limit">Bytes.</param>
/// <param name="what">What the text is, to be read before "is longer than … MiB".</param>
internal sealed class ByteBuffer(int limit, string what)
{
    private readonly Encoder _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetEncoder();
    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public Span<byte> this[Range range] => _bytes.AsSpan(0, Length)[range];

    public ReadOnlyMemory<byte> From(int start) => _bytes.AsMemory(start, Length - start);

    public void Clear() => Length = 0;

    /// <summary>Takes back all behind a place.</summary>
    public void CutTo(int length) => Length = length;

    public void Append(byte one)
    {
        Reserve(1);
        _bytes[Length++] = one;
    }

    public void Append(ReadOnlySpan<byte> text)
    {
        if ((long)Length + text.Length > limit) throw TooLong();
        Reserve(text.Length);
        text.CopyTo(_bytes.AsSpan(Length));
        Length += text.Length;
    }

    /// <summary>Half a surrogate pair at the end waits for its other half.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += _utf8.GetBytes(text, _bytes.AsSpan(Length), flush: false);
        if (Length > limit) throw TooLong();
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - Length >= more) return;
        Array.Resize(ref _bytes, Math.Max(Length + more, Math.Min(_bytes.Length * 2, limit)));
    }

    private RejectException TooLong() => new($"{what} is longer than {limit >> 20} MiB", "no sheet that people keep has that much in one place; was the workbook made by a faulty program?", rule: "xlsx");
}

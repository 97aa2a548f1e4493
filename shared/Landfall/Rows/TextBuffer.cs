using System.Buffers;

namespace Landfall.Rows;

/// <summary>The text that a row's cells are written to, used again for the next row.</summary>
internal sealed class TextBuffer
{
    private const int Kept = 1 << 20;

    /// <summary>Beyond a row's longest text there is only what the last value had before its length was looked at.</summary>
    private const int Largest = RowReaders.MaxRowBytes + (1 << 20);

    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> this[int start, int length] => _bytes.AsSpan(start, length);

    public void Clear()
    {
        Length = 0;
        // One huge row must not pin its buffer for the rest of the file.
        if (_bytes.Length > Kept) _bytes = new byte[4096];
    }

    /// <summary>Room for at least so many bytes, of which <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(Math.Min(_bytes.Length * 2, Largest), Length + count));
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Takes back all behind <paramref name="length"/>.</summary>
    public void Cut(int length) => Length = length;

    public void Add(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Add(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    /// <summary>A string of JSON in its quotes (RFC 8259, section 7).</summary>
    public void Quote(scoped ReadOnlySpan<byte> text)
    {
        Add((byte)'"');
        Escape(text);
        Add((byte)'"');
    }

    /// <summary>A part of such a string.</summary>
    public void Escape(scoped ReadOnlySpan<byte> text)
    {
        for (var next = text.IndexOfAny(Escaped); next >= 0; next = text.IndexOfAny(Escaped))
        {
            Add(text[..next]);
            Escape(text[next]);
            text = text[(next + 1)..];
        }
        Add(text);
    }

    private void Escape(byte character)
    {
        switch (character)
        {
            case (byte)'"': Add("\\\""u8); break;
            case (byte)'\\': Add("\\\\"u8); break;
            case (byte)'\n': Add("\\n"u8); break;
            case (byte)'\r': Add("\\r"u8); break;
            case (byte)'\t': Add("\\t"u8); break;
            default:
                Add("\\u00"u8);
                Add((byte)('0' + (character >> 4)));
                Add("0123456789abcdef"u8[character & 0xF]);
                break;
        }
    }
}

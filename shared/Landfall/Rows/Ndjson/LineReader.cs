using System.Text;

namespace Landfall.Rows.Ndjson;

/// <summary>The lines of a stream, one after another in one buffer, which grows for a long line only.</summary>
/// <param name="stream">Disposed with the reader.</param>
/// <param name="maxBytes">A line must be shorter.</param>
internal sealed class LineReader(Stream stream, int maxBytes) : IAsyncDisposable
{
    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _length;
    private int _next;
    private int _end;
    private int _searched;
    private bool _ended;

    /// <summary>1-based number of the current line.</summary>
    public long Number { get; private set; }

    /// <summary>The current line without its line break. Valid until <see cref="FillAsync"/>.</summary>
    public ReadOnlySpan<byte> Current => _buffer.AsSpan(_start, _length);

    /// <summary>Moves to the next line, if all of it is in the buffer.</summary>
    public bool TryNext()
    {
        var pending = _buffer.AsSpan(_next, _end - _next);
        var length = pending[_searched..].IndexOf((byte)'\n');
        if (length < 0 && (!_ended || pending.IsEmpty))
        {
            _searched = pending.Length;
            return false;
        }
        length = length < 0 ? pending.Length : length + _searched;
        if (length >= maxBytes) throw TooLong();
        (_start, _length) = (_next, length);
        _next = Math.Min(_next + length + 1, _end);
        _searched = 0;
        if (++Number == 1 && Current.StartsWith(Encoding.UTF8.Preamble)) (_start, _length) = (_start + 3, _length - 3);
        if (_length > 0 && _buffer[_start + _length - 1] == '\r') _length--;
        return true;
    }

    /// <summary>Reads more of the stream; false when there is no more line.</summary>
    /// <exception cref="RejectException">The line is too long.</exception>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended) return false;
        var pending = _end - _next;
        if (pending >= maxBytes) throw TooLong();
        if (pending == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        else if (_next > 0)
        {
            _buffer.AsSpan(_next, pending).CopyTo(_buffer);
            (_next, _end) = (0, pending);
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _ended = read == 0;
        return true;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private RejectException TooLong() =>
        new($"line {Number + 1} is longer than {maxBytes >> 20} MiB", "write one object a line, each on a line of its own", Number + 1, rule: "ndjson");
}

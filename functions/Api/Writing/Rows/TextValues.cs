using Npgsql;
using NpgsqlTypes;

namespace Landfall.Rest.Writing.Rows;

/// <summary>Texts, as the bytes that they are.</summary>
/// <param name="capacity">The most rows.</param>
internal sealed class TextValues(int capacity) : ColumnValues
{
    private readonly (int Start, int Length)[] _places = new (int, int)[capacity];
    private byte[] _bytes = new byte[Math.Max(capacity * 16, 64)];
    private int _used;

    public void Set(int row, ReadOnlySpan<byte> value)
    {
        if (_bytes.Length - _used < value.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + value.Length));
        value.CopyTo(_bytes.AsSpan(_used));
        _places[row] = (_used, value.Length);
        _used += value.Length;
    }

    public override void Null(int row) => _places[row] = (-1, 0);

    public override NpgsqlParameter Parameter(IReadOnlyList<int>? rows, int count)
    {
        var values = new ReadOnlyMemory<byte>?[count];
        for (var i = 0; i < count; i++)
        {
            var (start, length) = _places[rows?[i] ?? i];
            // A bare null would be an empty text: arrays convert to memory, and no array to none.
            values[i] = start < 0 ? default(ReadOnlyMemory<byte>?) : _bytes.AsMemory(start, length);
        }
        return new NpgsqlParameter<ReadOnlyMemory<byte>?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
    }
}

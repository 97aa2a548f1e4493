using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Landfall.Rest.Tables;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Rest.Reading;

/// <summary>Carries values from a reader's row into a text, by way of one buffer.</summary>
internal sealed class RowWriter(NpgsqlDataReader reader, IReadOnlyList<ApiColumn> columns, RowFormat format, TextBuffer text) : IDisposable
{
    private byte[] _value = ArrayPool<byte>.Shared.Rent(8192);

    /// <param name="first">Whether no row stands before it.</param>
    public void Write(bool first)
    {
        format.BeginRow(text, first);
        for (var i = 0; i < columns.Count; i++)
        {
            if (reader.IsDBNull(i)) format.Null(text, i, columns[i]);
            else format.Value(text, i, columns[i], Value(i));
        }
        format.EndRow(text);
    }

    /// <summary>The row's values in an order, which stand behind the columns: a cursor's.</summary>
    public IReadOnlyList<string?> Place(IReadOnlyList<OrderTerm> order) => [.. order.Select((term, i) => reader.IsDBNull(columns.Count + i) ? null : Text(term, Value(columns.Count + i)))];

    /// <summary>What tells the row's version: the transaction that has written it (<c>xmin</c>), behind the columns.</summary>
    public uint Version() => BinaryPrimitives.ReadUInt32BigEndian(Value(columns.Count));

    public void Dispose() => ArrayPool<byte>.Shared.Return(_value);

    /// <summary>As Postgres has sent it; valid until the next one.</summary>
    private ReadOnlySpan<byte> Value(int place)
    {
        var read = reader.GetBytes(place, 0, _value, 0, _value.Length);
        if (read < _value.Length) return _value.AsSpan(0, (int)read);
        // Perhaps there is more of it.
        var length = (int)reader.GetBytes(place, 0, null, 0, 0);
        ArrayPool<byte>.Shared.Return(_value);
        _value = ArrayPool<byte>.Shared.Rent(length + 1);
        reader.GetBytes(place, 0, _value, 0, length);
        return _value.AsSpan(0, length);
    }

    private static string Text(OrderTerm term, ReadOnlySpan<byte> value)
    {
        // tid_send: block and place in it.
        if (term.Column is null) return $"({BinaryPrimitives.ReadUInt32BigEndian(value)},{BinaryPrimitives.ReadUInt16BigEndian(value[4..])})";
        var text = new TextBuffer();
        BinaryText.Write(text, term.Column.Type, value);
        return Encoding.UTF8.GetString(text[0, text.Length]);
    }
}

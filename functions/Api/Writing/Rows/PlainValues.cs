using Npgsql;
using NpgsqlTypes;

namespace Landfall.Rest.Writing.Rows;

/// <summary>Values of a fixed size.</summary>
/// <param name="capacity">The most rows.</param>
/// <param name="type">Of an element.</param>
internal sealed class PlainValues<T>(int capacity, NpgsqlDbType type) : ColumnValues
    where T : struct
{
    private readonly T?[] _values = new T?[capacity];

    public void Set(int row, T value) => _values[row] = value;

    public override void Null(int row) => _values[row] = null;

    public override NpgsqlParameter Parameter(IReadOnlyList<int>? rows, int count)
    {
        T?[] values = rows is not null ? [.. rows.Select(row => _values[row])] : count == _values.Length ? _values : _values[..count];
        return new NpgsqlParameter<T?[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }
}

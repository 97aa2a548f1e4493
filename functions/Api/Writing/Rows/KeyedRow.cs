using System.Text;
using Landfall.Contracts;
using Landfall.Rest.Reading;
using Landfall.Rest.Tables;
using Landfall.Rows;

namespace Landfall.Rest.Writing.Rows;

/// <summary>A row whose key stands in the path of the request: its own key's members may be left out, and must say the same.</summary>
internal sealed class KeyedRow : IRowReader
{
    private readonly IRowReader _row;
    private readonly Dictionary<int, (ApiColumn Column, string Text, byte[] Bytes)> _key = [];

    /// <param name="row">As the body has it.</param>
    /// <param name="feed">What is read of it.</param>
    /// <param name="key">The key's values, as <see cref="KeyReader"/> has them.</param>
    public KeyedRow(IRowReader row, Feed feed, ApiTable table, IReadOnlyList<string> key)
    {
        _row = row;
        for (var i = 0; i < key.Count; i++)
        {
            var place = 0;
            while (feed.Wanted[place] != table.Key[i].Name) place++;
            _key.Add(place, (table.Key[i], key[i], Encoding.UTF8.GetBytes(key[i])));
        }
    }

    public long Line => _row.Line;

    public int Count => _row.Count;

    public ReadOnlySpan<byte> Raw => _row.Raw;

    public Malformation? Malformed
    {
        get
        {
            if (_row.Malformed is { } malformed) return malformed;
            foreach (var (place, (column, text, _)) in _key)
            {
                var cell = _row.Cell(place);
                if (!cell.IsEmpty && ValueText.Of(column, Encoding.UTF8.GetString(cell)).Text != text)
                    return new(column.Name, "primaryKey", $"{column.Name} is another than in the path; a row keeps its key: leave it out, or add a row and delete the old one");
            }
            return null;
        }
    }

    public ReadOnlySpan<byte> Cell(int index) => _key.TryGetValue(index, out var value) ? value.Bytes : _row.Cell(index);

    public ValueTask<IReadOnlyList<string>?> ReadHeaderAsync(CancellationToken cancellationToken) => _row.ReadHeaderAsync(cancellationToken);

    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => _row.ReadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _row.DisposeAsync();
}

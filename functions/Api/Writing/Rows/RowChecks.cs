using Landfall.Contracts;
using Landfall.Rows;
using Npgsql;

namespace Landfall.Rest.Writing.Rows;

/// <summary>
/// The rules over rows, one after another, in the order and in the words in which a file's rows are looked at: parents, keys and unique values that stand, and rows of
/// the request that share them. The contract's head is locked, so that what is found stays so.
/// </summary>
internal sealed class RowChecks(WriteTransaction transaction, RowBatch batch)
{
    private readonly WritableTable _table = transaction.Table;

    /// <param name="merge">Whether a row may take the place of one that has its key.</param>
    public async Task RunAsync(bool merge)
    {
        foreach (var relationship in _table.Table.Relationships.Where(r => batch.Has(r.Column.Name)))
        {
            await RejectAsync(WriteSql.Orphans(relationship), [relationship.Column.Name], (row, value) =>
                new(Index(row), $"{relationship.Column}", "relationships", value, $"{relationship.Column} refers to no row of {relationship.ParentSchema}.{relationship.ParentTable}"));
        }
        if (!merge && _table.Table.Key.Count > 0) await RejectAsync(_table.Sql.KeyTaken, _table.Table.Key.Select(c => c.Name), (row, value) => Taken(row, value, "primaryKey", _table.Table.Key));
        foreach (var unique in Uniques)
            await RejectAsync(_table.Sql.UniqueTaken(unique), [unique.Name, .. _table.Table.Key.Select(c => c.Name)], (row, value) => Taken(row, value, "unique", [unique]));
        if (_table.Table.Key.Count > 0) await RepeatsAsync("primaryKey", _table.Table.Key);
        foreach (var unique in Uniques) await RepeatsAsync("unique", [unique]);
    }

    private IEnumerable<Column> Uniques => _table.Table.Columns.Where(column => column.Unique && batch.Has(column.Name) && !(_table.Table.Key.Count == 1 && _table.Table.Key[0].Name == column.Name));

    private async Task RepeatsAsync(string rule, IReadOnlyList<Column> shared)
    {
        if (batch.Rows.Count < 2) return;
        var broken = new Dictionary<int, Reject?>();
        await using (var command = Command(_table.Sql.Repeats(shared), _table.Table.Columns.Select(c => c.Name)))
        {
            await using var reader = await command.ExecuteReaderAsync(transaction.Cancellation);
            while (await reader.ReadAsync(transaction.Cancellation))
            {
                var (row, winner) = ((int)reader.GetInt64(0), (int)reader.GetInt64(2));
                var same = rule == "primaryKey" && !reader.GetBoolean(3);
                broken[row] = same ? null : new(Index(row), Words(shared), rule, reader.GetString(1), $"row {Index(winner)} has the same {Words(shared)}; the last one wins");
            }
        }
        batch.Remove(broken);
    }

    private async Task RejectAsync(string sql, IEnumerable<Identifier> columns, Func<int, string, Reject> reject)
    {
        if (batch.Rows.Count == 0) return;
        var broken = new Dictionary<int, Reject?>();
        await using (var command = Command(sql, columns))
        {
            await using var reader = await command.ExecuteReaderAsync(transaction.Cancellation);
            while (await reader.ReadAsync(transaction.Cancellation)) broken[(int)reader.GetInt64(0)] = reject((int)reader.GetInt64(0), reader.GetString(1));
        }
        batch.Remove(broken);
    }

    private NpgsqlCommand Command(string sql, IEnumerable<Identifier> columns)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction.Transaction);
        foreach (var column in columns) command.Parameters.Add(batch.Parameter(column));
        return command;
    }

    private Reject Taken(int row, string value, string rule, IReadOnlyList<Column> columns) =>
        new(Index(row), Words(columns), rule, value, $"a row of {_table.Table} from another source has the same {Words(columns)}");

    private long Index(int row) => batch.Rows.Index(row);

    private static string Words(IReadOnlyList<Column> columns) => string.Join(", ", columns.Select(column => column.Name.Name));
}

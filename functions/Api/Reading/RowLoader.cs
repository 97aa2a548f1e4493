using Landfall.Rest.Tables;
using Npgsql;

namespace Landfall.Rest.Reading;

/// <summary>
/// Rows of one table by their keys. Those that are wanted while others are being read travel together, in the next statement: most of what a row costs is to send, to wait and to be woken.
/// Who is alone waits for nobody.
/// </summary>
internal sealed class RowLoader(TableStore store)
{
    /// <summary>Of one table, under way at a time: while one is answered, the other is asked. With more of them each carries less.</summary>
    private const int Statements = 2;

    /// <summary>Rows of a statement.</summary>
    private const int MostRows = 32;

    private readonly Lock _lock = new();
    private readonly List<WantedRow> _waiting = [];
    private int _running;

    /// <returns>Null when there is no such row.</returns>
    public async Task<WantedRow?> LoadAsync(WantedRow row, CancellationToken cancellationToken)
    {
        bool starts;
        lock (_lock)
        {
            _waiting.Add(row);
            starts = _running < Statements;
            if (starts) _running++;
        }
        if (starts)
        {
            // What begins here goes on for others, and is not of this request.
            using (ExecutionContext.SuppressFlow()) Continue();
        }
        // The statement is the others', too: who leaves leaves it to them.
        await using var gone = cancellationToken.UnsafeRegister(static (row, token) => ((WantedRow)row!).Cancel(token), row);
        return await row.Task;
    }

    private void Continue()
    {
        if (Next() is { Count: > 0 } next) _ = RunAsync(next);
    }

    private async Task RunAsync(List<WantedRow> rows)
    {
        await ReadAsync(rows);
        // Postgres reads the next ones while these are answered. To wait for them here would keep this thread from its sockets.
        Continue();
        foreach (var row in rows) row.End();
    }

    /// <summary>Those that have waited longest and show the same columns.</summary>
    private List<WantedRow> Next()
    {
        var next = new List<WantedRow>();
        lock (_lock)
        {
            _waiting.RemoveAll(row =>
            {
                if (row.Task.IsCompleted) return true;
                if (next.Count == MostRows || (next.Count > 0 && !row.Query.Select.SequenceEqual(next[0].Query.Select))) return false;
                next.Add(row);
                return true;
            });
            if (next.Count == 0) _running--;
        }
        return next;
    }

    /// <summary>What goes wrong is for those who wait to hear.</summary>
    private async Task ReadAsync(List<WantedRow> rows)
    {
        try
        {
            if (rows.Count == 1) await ReadOneAsync(rows[0]);
            else await ReadManyAsync(rows);
        }
        catch (PostgresException e) when (rows.Count > 1 && e.SqlState is ['2', '2', ..] or ['4', '2', ..])
        {
            // A value may be to blame, or what became of the table: one by one they are answered as if they had come so.
            foreach (var row in rows) await ReadAsync([row]);
        }
        catch (Exception e)
        {
            foreach (var row in rows) row.Fail(e);
        }
    }

    private async Task ReadOneAsync(WantedRow row)
    {
        try
        {
            await using var connection = await store.Keys.OpenConnectionAsync();
            await using var command = RowSql.One(row.Query, row.Key, connection);
            await using var reader = await command.ExecuteReaderAsync();
            if (await reader.ReadAsync()) row.Take(reader);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // The first landing makes it. So far it has no rows.
        }
        catch (PostgresException e) when (e.SqlState is ['2', '2', ..])
        {
            // Npgsql takes a statement for prepared whose first parameters were refused, and fails with all that follow: https://github.com/npgsql/npgsql/issues/6391
            store.Keys.Clear();
            throw;
        }
    }

    private async Task ReadManyAsync(List<WantedRow> rows)
    {
        await using var connection = await store.Keys.OpenConnectionAsync();
        await using var command = RowSql.Many(rows[0].Query, [.. rows.Select(row => row.Key)], connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows[(int)reader.GetInt64(reader.FieldCount - 1) - 1].Take(reader);
    }
}

using Landfall.Rows;
using Npgsql;

namespace Landfall.Rest.Reading;

/// <summary>Rows of a query as they stand in the answer.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
internal readonly record struct Page(int Rows, Cursor? Next)
{
    /// <summary>A page ends behind the row with which it reaches so many bytes, whatever its limit: so its memory is bounded. Its link leads on.</summary>
    private const int MaxBytes = 8 << 20;

    /// <summary>Reads a page into a text.</summary>
    public static async Task<Page> ReadAsync(RowQuery query, RowFormat format, TextBuffer text, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        format.Begin(text, query.Select);
        var (rows, next) = (0, (Cursor?)null);
        try
        {
            await using var command = RowSql.Page(query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await Task.Yield();
            using var writer = new RowWriter(reader, query.Select, format, text);
            var more = await reader.ReadAsync(cancellationToken);
            while (more)
            {
                writer.Write(first: rows++ == 0);
                var full = rows == query.Limit || text.Length >= MaxBytes;
                var place = full ? writer.Place(query.Order) : null;
                more = await reader.ReadAsync(cancellationToken);
                if (!full) continue;
                if (more) next = new((query.After?.Seen ?? 0) + rows, place!);
                // What is not wanted any more need not come. To say so is to wait.
                if (more && rows < query.Limit) await Task.Run(command.Cancel, cancellationToken);
                break;
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && next is not null)
        {
            // By ourselves.
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            // The first landing makes it. So far it has no rows.
        }
        format.End(text);
        return new(rows, next);
    }
}

using Landfall.Hosting;
using Landfall.Rest.Reading;
using Landfall.Rest.Routing;
using Landfall.Rest.Writing.Rows;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>
/// Adds the rows of a request to a table. First as if all were well: one statement, in which Postgres' own constraints look at keys and parents. If one of them objects, the
/// rules are looked at one by one, which says of each row what is wrong with it.
/// </summary>
/// <param name="request">As it came.</param>
/// <param name="body">Valid JSON.</param>
/// <param name="ranges">Where in it the rows are.</param>
/// <param name="alone">Whether it is one row by itself.</param>
/// <param name="partial">Whether good rows are added though others are bad.</param>
internal sealed class RowInserter(ApiRequest request, WriteRequest write, ReadOnlyMemory<byte> body, IReadOnlyList<Range> ranges, bool alone, bool partial)
{
    /// <summary>An answer with more is not kept for its key; then it does without the rows.</summary>
    private const int MaxKept = 1 << 20;

    private readonly WritableTable _table = write.Table;
    private readonly RowFormat _format = RowFormat.For(request.Http.Request);
    private RowBatch? _first = RowBatch.Bind(write.Table, write.Table.Feed, body, ranges);

    public async Task<WriteAnswer> RunAsync(WriteTransaction transaction)
    {
        var merge = write.Prefer.Merge;
        if (merge && _table.Table.Key.Count == 0) throw ProblemException.Bad($"{_table.Api.Name} has no key by which rows could be merged", "leave out resolution=merge-duplicates");
        var batch = Interlocked.Exchange(ref _first, null) ?? RowBatch.Bind(_table, _table.Feed, body, ranges);
        // Unique values may move between rows that one statement merges; a file's may not, and the rules are the same.
        if (transaction.Careful || (batch.HasRejects && !partial) || (merge && _table.Table.Columns.Any(c => c.Unique)))
        {
            await transaction.LockAsync();
            await new RowChecks(transaction, batch).RunAsync(merge);
        }
        var rejects = batch.Refused(write);
        if (batch.Rows.Count == 0 || (batch.HasRejects && !partial))
        {
            await transaction.RunAsync(null, null, rejects);
            return WriteAnswers.Refused(write, batch, alone, merges: true);
        }
        try
        {
            return await WriteAsync(transaction, batch, rejects, merge);
        }
        catch (PostgresException e) when (ChildRows.Refer(e, _table))
        {
            // A merged row whose unique value was what others refer to.
            throw new ProblemException(StatusCodes.Status409Conflict, $"Rows of {e.SchemaName}.{e.TableName} refer to values that rows of the request would take away ({e.ConstraintName}); nothing was written", "change or delete those first");
        }
    }

    private async Task<WriteAnswer> WriteAsync(WriteTransaction transaction, RowBatch batch, PostgresRejects rejects, bool merge)
    {
        var represent = write.Prefer.Return == "representation";
        var written = alone || represent ? new WrittenRows(_table.Api, _format, alone) : null;
        var count = batch.Rows.Count;
        var entry = transaction.Entry(new TableResult(_table.Api.Name, count), batch.Read, count, batch.Collapsed, batch.Rejects);
        await transaction.RunAsync(Statement(batch, merge, written is not null), entry, rejects, written is null ? null : written.ReadAsync, early: !merge && !transaction.Careful);

        represent = represent && (write.Key is null || written!.Length <= MaxKept);
        var status = partial || merge ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        (string, string)[] headers = [.. WriteAnswers.Applied(write, merges: true, represent), .. written?.Address(request, represent) ?? []];
        if (partial) return WriteAnswers.Landed(status, write, batch, headers);
        if (represent) return new(status) { Headers = [("Content-Type", written!.ContentType), .. headers], Body = written.Body };
        return write.Prefer.Return == "minimal" ? new(status) { Headers = headers } : WriteAnswers.Landed(status, write, batch, headers);
    }

    private NpgsqlBatchCommand Statement(RowBatch batch, bool merge, bool returning)
    {
        var sql = _table.Sql;
        var command = new NpgsqlBatchCommand((merge, returning) switch
        {
            (false, false) => sql.Insert,
            (false, true) => sql.Insert + sql.Returning,
            (true, false) => sql.Merge,
            (true, true) => sql.Merge + sql.Returning,
        });
        _table.AddValues(command, batch, write.Source);
        return command;
    }
}

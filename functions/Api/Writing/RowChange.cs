using Landfall.Rest.Reading;
using Landfall.Rest.Routing;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Landfall.Rest.Writing;

/// <summary>What the changes of one row have in common: the request, its conditions, and the answer.</summary>
internal sealed class RowChange(ApiRequest request, RowAddress row, WriteRequest write)
{
    private readonly RowFormat _format = RowFormat.For(request.Http.Request);

    public RowAddress Row { get; } = row;

    public WriteRequest Write { get; } = write;

    public Task<uint?> FindAsync(WriteTransaction transaction) => Row.FindAsync(transaction, request.Http.Request);

    /// <summary>Runs the statement that changes the row, and returns it.</summary>
    /// <param name="status">What a row in the answer comes with; without one, 200 is 204.</param>
    public async Task<WriteAnswer> RunAsync(WriteTransaction transaction, NpgsqlBatchCommand command, int status, TableResult result)
    {
        var written = new WrittenRows(Row.Table.Api, _format, alone: true);
        var came = result.Removed is null ? 1 : 0;
        await transaction.RunAsync(command, transaction.Entry(result, came, came, 0, []), new PostgresRejects(Write.Source, Row.Table.Api.Name), written.ReadAsync);
        if (written.Count == 0) throw Row.Missing();
        var represent = Write.Prefer.Return == "representation";
        (string, string)[] headers = [.. WriteAnswers.Applied(Write, merges: false, represent), .. result.Removed is null ? written.Address(request, represent).Where(h => h.Item1 != "Location" || status == StatusCodes.Status201Created) : []];
        return represent ? new(status) { Headers = [("Content-Type", written.ContentType), .. headers], Body = written.Body }
            : new(status == StatusCodes.Status201Created ? status : StatusCodes.Status204NoContent) { Headers = headers };
    }
}

using Landfall.Cloud;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>One page: its good rows under feed 0, the others beside them under feeds of their own, in one request.</summary>
internal sealed class BigQueryPage(BigQueryClient client, StagedRun run) : IPageStaging
{
    private readonly InsertRowWriter _rows = new(client, run.StagedOn, run.Id, StagedRun.Good);

    public IRowWriter Rows => _rows;

    public void Reject(Reject reject, string row) => _rows.Aside(StagedRun.Rejected, reject.Line, RejectedRow.Write(reject, row));

    public void Refuse(Reject reject, string row) => _rows.Aside(StagedRun.Refused, reject.Line, RejectedRow.Write(reject, row));

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_rows.Waiting > InsertRowWriter.MaxRequestBytes) throw new TooLargeToStreamException();
        await _rows.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}

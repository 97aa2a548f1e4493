using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Runs;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>Checks the rows of one page and stages all of them, the rejected beside the good, in one insert.</summary>
internal sealed class PageStager(IRunSink sink, Source source, PageMessage page)
{
    private readonly Feed _feed = source.Contract.Feeds[0];

    /// <exception cref="RejectException">The run is of a time at which nothing can be staged.</exception>
    public async Task StageAsync(CancellationToken cancellationToken)
    {
        RowBinder binder;
        try
        {
            binder = RowBinder.Create(_feed, page.Columns, source.Contract.UnknownColumns, source.Date);
        }
        catch (RejectException refusal)
        {
            await RefuseAsync(new(0, refusal.Column, refusal.Rule, null, refusal.Message), cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            await StageAsync(binder, cancellationToken).ConfigureAwait(false);
        }
        // Nothing is sent yet.
        catch (Exception e) when (sink.NeedsCare(e))
        {
            await RefuseAsync(new(0, null, "size", null, "its rows are more than go into one insert, which is 9 MB"), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StageAsync(RowBinder binder, CancellationToken cancellationToken)
    {
        var staging = sink.StagePage(source);
        var rows = new PageRowReader(page, _feed);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (binder.Bind(rows, staging.Rows) is { } reject) staging.Reject(reject, Quarantine.Shown(rows.Raw));
        }
        await staging.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What can not be read as a page is no row lost: its rows say so, and refuse the run.</summary>
    private async Task RefuseAsync(Reject reject, CancellationToken cancellationToken)
    {
        var staging = sink.StagePage(source);
        var rows = new PageRowReader(page, _feed);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false)) staging.Refuse(reject with { Line = rows.Line }, Quarantine.Shown(rows.Raw));
        await staging.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}

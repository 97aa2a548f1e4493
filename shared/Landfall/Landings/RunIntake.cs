using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Runs;
using Landfall.Sinks;

namespace Landfall.Landings;

/// <summary>The rows of a run: its pages have been checked and staged as they came.</summary>
internal sealed class RunIntake(CloudStorage storage, string rejectsBucket, IRunSink sink, Source source, CompleteMessage complete) : IIntake
{
    public string Whole => "run";

    public async Task<IStaging> StageAsync(Guid attempt, bool careful, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        tally.Read = complete.Rows;
        var (staging, good) = await sink.ResumeAsync(source, attempt, complete.Rows, complete.Pages, cancellationToken).ConfigureAwait(false);
        try
        {
            if (good < complete.Rows)
            {
                await foreach (var row in sink.ReadStagedAsync(source, onlyRejected: true, cancellationToken).ConfigureAwait(false))
                    await quarantine.AddAsync(row.Reject!, Encoding.UTF8.GetBytes(row.Text), cancellationToken).ConfigureAwait(false);
            }
            tally.Add(source.Contract.Feeds[0], complete.Rows, complete.Rows - good);
            return staging;
        }
        catch
        {
            await staging.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<IRowReader> OpenAsync(Feed feed, CancellationToken cancellationToken) =>
        Task.FromResult<IRowReader>(new StagedRowReader(sink.ReadStagedAsync(source, onlyRejected: false, cancellationToken)));

    public Quarantine OpenQuarantine(Guid attempt) => new BucketQuarantine(storage, rejectsBucket, LandingNames.RejectedRows(source.Contract.Id.Name, source.Version, attempt));

    /// <summary>A run has no object that could go.</summary>
    public Task<StoredObject?> StandingAsync(CancellationToken cancellationToken) => Task.FromResult<StoredObject?>(source.Version);

    /// <summary>A run has no object: one is made of its rows, one a line.</summary>
    public async Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken)
    {
        var kept = storage.OpenWrite(rejectsBucket, LandingNames.RefusedSource(source.Contract.Id.Name, source.Version, attempt), "application/x-ndjson");
        await using (kept.ConfigureAwait(false))
        {
            await foreach (var row in sink.ReadStagedAsync(source, onlyRejected: false, cancellationToken).ConfigureAwait(false))
            {
                // Broken in lines as a page may be; a line break in a text is escaped.
                await kept.WriteAsync(Encoding.UTF8.GetBytes(row.Text.ReplaceLineEndings(" ") + "\n"), cancellationToken).ConfigureAwait(false);
            }
            await kept.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        return true;
    }
}

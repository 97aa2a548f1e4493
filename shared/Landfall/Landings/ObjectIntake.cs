using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>The rows of an object: read as its contract says, and staged on the way.</summary>
internal sealed class ObjectIntake(CloudStorage storage, ISink sink, Source source, TimeProvider clock, ILogger progress) : IIntake
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    public string Whole => "file";

    public async Task<IStaging> StageAsync(Guid attempt, bool careful, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        var staging = await sink.StageAsync(source, attempt, careful, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var feed in source.Contract.Feeds) await StageAsync(feed, staging, tally, quarantine, cancellationToken).ConfigureAwait(false);
            return staging;
        }
        catch
        {
            await staging.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IRowReader> OpenAsync(Feed feed, CancellationToken cancellationToken)
    {
        var stream = await storage.OpenReadAsync(source.Version, cancellationToken).ConfigureAwait(false) ?? throw new ObjectGoneException(source.Version);
        return await RowReaders.OpenAsync(stream, source.Contract.Format, feed, source.Contract.UnknownColumns, cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> KeepAsync(string bucket, string name, CancellationToken cancellationToken) =>
        await storage.CopyAsync(source.Version, bucket, name, cancellationToken).ConfigureAwait(false) is not null;

    private async Task StageAsync(Feed feed, IStaging staging, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        await using var reader = await OpenAsync(feed, cancellationToken).ConfigureAwait(false);
        var header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = await staging.OpenAsync(feed, cancellationToken).ConfigureAwait(false);
        var (read, rejected) = (tally.Read, quarantine.Count);
        // An empty file has no header to find fault with, and no row.
        if (header is not { Count: 0 }) await BindAsync(reader, RowBinder.Create(feed, header, source.Contract.UnknownColumns, source.Date), rows, tally, quarantine, cancellationToken).ConfigureAwait(false);
        await staging.CompleteAsync(cancellationToken).ConfigureAwait(false);
        tally.Add(feed, tally.Read - read, quarantine.Count - rejected);
    }

    private async Task BindAsync(IRowReader reader, RowBinder binder, IRowWriter rows, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        var told = clock.GetTimestamp();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            tally.Read++;
            if (binder.Bind(reader, rows) is { } reject) await quarantine.AddAsync(reject, reader.Raw, cancellationToken).ConfigureAwait(false);
            if (!rows.Full) continue;
            await rows.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (clock.GetElapsedTime(told) < ProgressEvery) continue;
            told = clock.GetTimestamp();
            progress.Progress(source.Version.Identity, tally.Read, quarantine.Count);
        }
    }
}

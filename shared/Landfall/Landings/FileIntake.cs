using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;
using Landfall.Sinks;
using Microsoft.Extensions.Logging;

namespace Landfall.Landings;

/// <summary>The rows of a file, wherever it lies: read as its contract says, and staged on the way.</summary>
internal abstract class FileIntake(ISink sink, Source source, TimeProvider clock, ILogger progress) : IIntake
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    /// <summary>Whose rows they are.</summary>
    private protected Source Source { get; } = source;

    public string Whole => "file";

    public async Task<IStaging> StageAsync(Guid attempt, bool careful, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        var staging = await sink.StageAsync(Source, attempt, careful, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var feed in Source.Contract.Feeds) await StageAsync(feed, staging, tally, quarantine, cancellationToken).ConfigureAwait(false);
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
        using var step = LandingSteps.Begin(LandingSteps.Open);
        return await RowReaders.OpenAsync(await OpenWholeAsync(cancellationToken).ConfigureAwait(false), Source.Contract.Format, feed, Source.Contract.UnknownColumns, cancellationToken).ConfigureAwait(false);
    }

    public abstract Quarantine OpenQuarantine(Guid attempt);

    public abstract Task<bool> KeepAsync(Guid attempt, CancellationToken cancellationToken);

    public abstract Task<StoredObject?> StandingAsync(CancellationToken cancellationToken);

    /// <summary>The file from its first byte.</summary>
    private protected abstract Task<Stream> OpenAsync(CancellationToken cancellationToken);

    private async Task<Stream> OpenWholeAsync(CancellationToken cancellationToken)
    {
        var file = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return Source.Contract.External is null ? file : await ExternalFile.CheckAsync(Source, file, cancellationToken).ConfigureAwait(false);
    }

    private async Task StageAsync(Feed feed, IStaging staging, Tally tally, Quarantine quarantine, CancellationToken cancellationToken)
    {
        await using var reader = await OpenAsync(feed, cancellationToken).ConfigureAwait(false);
        var header = await reader.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = await staging.OpenAsync(feed, cancellationToken).ConfigureAwait(false);
        var (read, rejected) = (tally.Read, quarantine.Count);
        // An empty file has no header to find fault with, and no row.
        if (header is not { Count: 0 }) await BindAsync(reader, Binder(feed, header), rows, tally, quarantine, cancellationToken).ConfigureAwait(false);
        await staging.CompleteAsync(cancellationToken).ConfigureAwait(false);
        tally.Add(feed, tally.Read - read, quarantine.Count - rejected);
    }

    private RowBinder Binder(Feed feed, IReadOnlyList<string>? header)
    {
        var binder = RowBinder.Create(feed, header, Source.Contract.UnknownColumns, Source.Date);
        if (Source.Contract is { External: not null, Format.Type: FormatType.Csv }) ExternalFile.CheckOrder(feed, header);
        return binder;
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
            progress.Progress(Source.Version.Identity, tally.Read, quarantine.Count);
        }
    }
}

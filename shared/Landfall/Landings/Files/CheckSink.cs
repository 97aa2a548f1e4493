using Landfall.Contracts;
using Landfall.Sinks;

namespace Landfall.Landings.Files;

/// <summary>A warehouse in which nothing stands and nothing stays: rows are looked at, as far as they can be without tables.</summary>
/// <param name="open">The file from its first byte.</param>
internal sealed class CheckSink(Func<Stream> open) : ISink
{
    public SinkKind Kind => SinkKind.Postgres;

    public Task PrepareAsync(Contract contract, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(Source source, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LedgerEntry>>([]);

    public Task<LedgerEntry> RecordAsync(LedgerEntry entry, CancellationToken cancellationToken) => Task.FromResult(entry);

    public Task<IStaging> StageAsync(Source source, Guid attempt, bool careful, CancellationToken cancellationToken) => Task.FromResult<IStaging>(new CheckStaging(source, open));

    public bool NeedsCare(Exception exception) => false;

    public LandingException? Classify(Exception exception) => null;
}

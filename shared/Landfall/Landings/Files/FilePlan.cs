using Landfall.Contracts;
using Landfall.Sinks;
using Landfall.Sinks.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Landfall.Landings.Files;

/// <summary>What a file would do to its tables: the very landing, in a transaction that is rolled back. Landings of the same contract wait while it counts, as they do for each other.</summary>
/// <param name="database">Where the tables are.</param>
/// <param name="contracts">Finds the contracts of parent tables.</param>
/// <param name="patience">As of <see cref="PostgresSink"/>.</param>
public sealed class FilePlan(NpgsqlDataSource database, Func<Identifier, Contract> contracts, TimeSpan patience, TimeProvider clock)
{
    /// <param name="source">The file as the object that it would be.</param>
    /// <param name="open">The file from its first byte, a stream of the caller's own each time.</param>
    /// <param name="found">Called with each reject, as it is found.</param>
    /// <returns>How it would end, and for each table the rows that would be added, changed and removed; no table where it would not come so far.</returns>
    /// <exception cref="RetryException">Postgres does not answer, or rows refer to what has never landed.</exception>
    public async Task<(Receipt Receipt, IReadOnlyList<TableResult> Tables)> RunAsync(Source source, Func<Stream> open, RejectFound found, CancellationToken cancellationToken)
    {
        var rehearsal = new Rehearsal(source.Contract, contracts);
        var sink = new RehearsalSink(database, rehearsal, patience);
        var intake = new DiskIntake(open, () => new CheckQuarantine(found), sink, source, clock, NullLogger.Instance);
        var (entry, _) = await new Landing(sink, source, intake, clock, clock.GetUtcNow()).RunAsync(cancellationToken).ConfigureAwait(false);
        return (Receipt.Of(entry), rehearsal.Tables);
    }
}

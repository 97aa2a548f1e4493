using Landfall.Sinks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Landfall.Landings.Files;

/// <summary>
/// The whole pipeline against Postgres alone, for what comes another way than by a bucket: rejected rows go into <c>landfall.rejects</c>, and the receipt to the caller.
/// </summary>
/// <param name="database">For the rejects.</param>
/// <param name="sink">The same Postgres.</param>
public sealed class FileLander(NpgsqlDataSource database, ISink sink, TimeProvider clock, ILogger log)
{
    /// <param name="source">The file as a source: the same whenever the same file comes again.</param>
    /// <param name="open">The file from its first byte, a stream of the caller's own each time.</param>
    /// <returns>What became of it, and whether that was so before.</returns>
    /// <exception cref="RetryException">The world is wrong, for now.</exception>
    public async Task<(Receipt Receipt, bool Already)> LandAsync(Source source, Func<Stream> open, CancellationToken cancellationToken)
    {
        var intake = new DiskIntake(open, () => new TableQuarantine(database, source, $"{source.Contract.Tables[0]}", clock), sink, source, clock, log);
        var (entry, already) = await new Landing(sink, source, intake, clock, clock.GetUtcNow()).RunAsync(cancellationToken).ConfigureAwait(false);
        var receipt = Receipt.Of(entry);
        if (!already) LandingMetrics.Count(entry);
        if (entry.Outcome == Outcome.Landed) log.Landed(receipt.Source, receipt.Outcome, entry.Source.Contract.Id.Name, entry.RowsRead, entry.RowsLanded, entry.RowsRejected, (long)(entry.FinishedAt - entry.StartedAt).TotalMilliseconds);
        else log.NotLanded(receipt.Source, receipt.Outcome, receipt.Contract, receipt.Reason, receipt.Hint);
        return (receipt, already);
    }
}

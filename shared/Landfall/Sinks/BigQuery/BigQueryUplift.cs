using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Runs;

namespace Landfall.Sinks.BigQuery;

/// <summary>One attempt at an uplift: what it reads, it reads at one version of the contract's ledger, and its one transaction fails at any other.</summary>
/// <param name="version">Of the ledger, read before anything else is.</param>
/// <param name="entries">The run's own entry, if it has one, and those of others.</param>
internal sealed class BigQueryUplift(BigQueryClient client, Source source, Guid attempt, TimeProvider clock, long version, IReadOnlyList<LedgerEntry> entries) : IUplift
{
    /// <summary>Streamed rows may take a moment to be seen.</summary>
    private static readonly TimeSpan[] Patience = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    private readonly Contract _contract = source.Contract;
    private readonly UpliftScript _script = new(source, attempt.ToString("N"), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
    private int _commits;

    public LedgerEntry? Standing => entries.FirstOrDefault(entry => entry.Source.Version.Identity == source.Version.Identity);

    public async IAsyncEnumerable<(string Key, string Value)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in AskAsync(new(_script.Values()), cancellationToken).ConfigureAwait(false)) yield return (row[0]!, row[1]!);
    }

    public async Task StageAsync(long first, IReadOnlyList<UpliftRow> rows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, Pages.MaxRows);
        var writer = new InsertRowWriter(client, _script.StagedOn, _script.Attempt, StagedRun.Good);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            writer.Begin(first + index);
            writer.Utf8(Encoding.UTF8.GetBytes(row.Key));
            writer.Utf8(Encoding.UTF8.GetBytes(row.Value));
            writer.Int64(row.Result);
            writer.End();
        }
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task CommitAsync(LedgerEntry entry, decimal percent, CancellationToken cancellationToken) => RunAsync(
        _script.Raise(version, entry, percent), cancellationToken);

    public async IAsyncEnumerable<(string Key, string? Current, bool Stands)> ReadRunAsync(string run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new QueryRequest(_script.Run()) { Parameters = [QueryParameter.Scalar("undone", "STRING", run)] };
        await foreach (var row in AskAsync(query, cancellationToken).ConfigureAwait(false)) yield return (row[0]!, row[2], row[2] == row[1] && row[3] is null);
    }

    public async IAsyncEnumerable<(string Key, string Value)> ReadWrittenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new QueryRequest(_script.Written()) { Parameters = [QueryParameter.Scalar("run", "STRING", UpliftRun.Id(source))] };
        await foreach (var row in AskAsync(query, cancellationToken).ConfigureAwait(false)) yield return (row[0]!, row[1]!);
    }

    public async Task<DateTimeOffset> ReadMomentAsync(CancellationToken cancellationToken)
    {
        var runs = 0;
        var moment = DateTimeOffset.UnixEpoch;
        await foreach (var row in AskAsync(new(_script.History()), cancellationToken).ConfigureAwait(false))
        {
            moment = LedgerTable.Moment(row[1]!);
            if (row[0] == OutcomeWords.Of(Outcome.Landed)) break;
            runs++;
        }
        return moment.AddSeconds(runs);
    }

    public Task UndoAsync(LedgerEntry entry, string run, CancellationToken cancellationToken) => RunAsync(_script.Undo(version, entry, run), cancellationToken);

    private async Task RunAsync(QueryRequest script, CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            try
            {
                using var step = LandingSteps.Begin(LandingSteps.Commit);
                var job = $"landfall_{_contract.Id}_{_script.Attempt}_uplift_{(_commits++).ToString(CultureInfo.InvariantCulture)}";
                await client.ExecuteAsync(job, script with { Labels = BigQueryNames.Labels(_contract) }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (BigQueryException e) when (BigQueryFaults.IsIncomplete(e) && round < Patience.Length)
            {
                await Task.Delay(Patience[round], clock, cancellationToken).ConfigureAwait(false);
            }
            catch (BigQueryException e) when (BigQueryFaults.IsIncomplete(e))
            {
                throw new RetryException($"rows of {source.Version} that were streamed into BigQuery are not visible yet");
            }
            catch (BigQueryException e) when (BigQueryFaults.IsOvertaken(e) || e.Message.Contains(UpliftScript.Changed, StringComparison.Ordinal))
            {
                throw new RetryException($"the rows of {_contract.Id} have changed since {source.Version} read them", "it begins again when the tick comes again");
            }
        }
    }

    private IAsyncEnumerable<IReadOnlyList<string?>> AskAsync(QueryRequest query, CancellationToken cancellationToken) =>
        client.QueryAsync(LedgerTable.Job(_contract, "uplift"), query with { Labels = BigQueryNames.Labels(_contract) }, cancellationToken);
}

using System.Runtime.CompilerServices;
using Landfall.Cloud;
using Landfall.Contracts;
using Landfall.Rows;

namespace Landfall.Sinks.BigQuery;

/// <summary>
/// An attempt at a file of an external table: BigQuery reads it where it lies, from the moment it is there. So its rows are checked and go nowhere, and the commit is the ledger's alone.
/// </summary>
internal sealed class ExternalStaging(BigQueryClient client, BigQueryContract contract, Source source, Table table) : IStaging
{
    public long Collapsed => 0;

    public Task<IRowWriter> OpenAsync(Feed feed, CancellationToken cancellationToken) => Task.FromResult<IRowWriter>(NoRow.Instance);

    public Task CompleteAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<Decision> DecideAsync(CancellationToken cancellationToken) =>
        Decision.Decide(source, (await LedgerTable.ReadAsync(client, source.Contract, [source], cancellationToken).ConfigureAwait(false)).Entries);

    // AsyncEnumerable.Empty says it better, from .NET 10 on; what is proven natively is proven with .NET 9's compiler.
    public async IAsyncEnumerable<(Feed Feed, Reject Reject)> CheckAsync(Decision decision, bool parentsMayCome, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public Task<LedgerEntry?> CommitAsync(Decision decision, LedgerEntry entry, CancellationToken cancellationToken) =>
        contract.Queue.CommitAsync(new Pending(entry with { Tables = [new(table.ToString(), entry.RowsLanded)], Findings = Findings(entry) }, null), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What a reader of the table may meet, though it is in quarantine.</summary>
    private IReadOnlyList<Finding> Findings(LedgerEntry entry) => entry.RowsRejected == 0 ? [] :
    [
        new(table.ToString(), "external",
            $"shows rejected rows all the same, where their values can be read: {entry.RowsRejected} of this file are in quarantine, and still in the file, which BigQuery reads as it lies; mend it and drop it again"),
    ];
}

using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Sinks.BigQuery;

/// <summary>A contract as this sink sees it: its neighbours, and the queue of its commits.</summary>
internal sealed class BigQueryContract : IDisposable
{
    /// <param name="contract">Itself.</param>
    /// <param name="all">All contracts there are.</param>
    public BigQueryContract(BigQueryClient client, Contract contract, IReadOnlyCollection<Contract> all, TimeProvider clock)
    {
        Contract = contract;
        Queue = new CommitQueue(client, contract, clock);
        Parents = [.. contract.Tables.SelectMany(t => t.Relationships).Select(r => r.ParentContract).Where(p => p != contract.Id).Distinct().Select(p => all.First(c => c.Id == p))];
        Children =
        [
            .. from other in all
               from child in other.Tables
               from relationship in child.Relationships
               where relationship.ParentContract == contract.Id
               select (other, child, relationship),
        ];
    }

    public Contract Contract { get; }

    public CommitQueue Queue { get; }

    /// <summary>The other contracts whose rows its own refer to.</summary>
    public IReadOnlyList<Contract> Parents { get; }

    /// <summary>The tables, its own among them, whose rows refer to its rows.</summary>
    public IReadOnlyList<(Contract Contract, Table Table, Relationship Relationship)> Children { get; }

    /// <summary>
    /// Whether rows of one source can be at odds with those of another: by a key that is not merged, a unique value, a relationship, or a rule that asks the whole
    /// table. Such sources land one after the other; all others land together.
    /// </summary>
    public bool Meets => Parents.Count > 0 || Children.Count > 0 || Contract.Tables.Any(t =>
        t.Relationships.Count > 0 || t.Quality.Any(q => q.Query is not null)
        || (t.Key.Count > 0 && t.Write is WriteMode.Append or WriteMode.ReplacePartition) || (t.Write != WriteMode.Replace && t.Columns.Any(c => c.Unique)));

    /// <summary>Whether rows have to be looked at before they are in place.</summary>
    public bool Checks => Meets || Contract.Tables.Any(t => t.Key.Count > 0 || t.Quality.Count > 0 || t.Columns.Any(c => c.Unique));

    public void Dispose() => Queue.Dispose();
}

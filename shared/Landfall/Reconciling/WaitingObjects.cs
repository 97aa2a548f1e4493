using System.Collections.Concurrent;
using Landfall.Cloud;
using Landfall.Contracts;

namespace Landfall.Reconciling;

/// <summary>Of each contract the objects that have waited for their outcome for too long: how many, the oldest, and what keeps it.</summary>
internal sealed class WaitingObjects
{
    private readonly ConcurrentDictionary<Identifier, (Contract Contract, int Count, StoredObject Oldest, string Reason)> _waiting = new();

    public void Add(Contract contract, StoredObject version, string reason) => _waiting.AddOrUpdate(
        contract.Id, (contract, 1, version, reason),
        (_, known) => version.TimeCreated < known.Oldest.TimeCreated ? (contract, known.Count + 1, version, reason) : known with { Count = known.Count + 1 });

    public IEnumerable<Alert> Alerts => _waiting.Values.Select(known => Alert.Of(
        known.Contract, AlertKind.Waiting,
        $"{known.Oldest.Identity} has had no outcome since {known.Oldest.TimeCreated:u}{(known.Count == 1 ? "" : $", and {known.Count - 1} more")}: {known.Reason}", $"landfall status {known.Contract.Id}"));
}
